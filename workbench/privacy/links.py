"""Links that name or identify a person; all others stay as they are."""

import re

from workbench.privacy.numbers import has_telling_number
from workbench.privacy.spans import Span, blanked
from workbench.privacy.words import words

_NETWORKS = (
    r"(?:(?:x|twitter|instagram|facebook|fb|tiktok|threads|linkedin|snapchat|reddit|youtube|twitch|vk|weibo)\.(?:com|net|tv)"
    r"|t\.me|wa\.me|bsky\.app)"
)
# Chinese, Japanese and Korean run on after a link without a space.
_REST = r"[^\s<>\"\x00\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]+"
# Classes of letters instead of IGNORECASE: five times as fast.
_WITH_SCHEME = re.compile(rf"[HhFf][Tt]{{1,2}}[Pp][Ss]?://{_REST}")
_BARE = re.compile(rf"(?<![\w@./-])(?:www\.|(?:m\.|mobile\.|old\.)?{_NETWORKS}/){_REST}", re.IGNORECASE)
_PARTS = re.compile("[?&;#]")
_NUMBERED = re.compile(r"[0-9](?:[ .-]?[0-9]){3}|://\[")
_TRAILING = ".,;:!?'\"…’”)]}*"

# Hosts whose first path element is an account, but for these pages.
_ACCOUNT_HOST = re.compile(rf"(?:[\w-]+\.)?{_NETWORKS}", re.IGNORECASE)
_PAGES = words("""
    about ads apps business c company discover docs download events explore feed gaming groups hashtag help
    home i intent jobs learning legal live login marketplace messages music notifications p page pages
    permalink.php photo playlist policies policy post posts privacy pulse r reel reels results school search
    settings share sharer sharer.php shorts signup story.php support tag terms tos tv video videos watch web
""")
_ACCOUNT_FOLDERS = words("""
    account accounts add booking bookings channel customer customers member members order orders people
    profile profiles stories u user users
""")
_NO_ACCOUNTS = _PAGES | _ACCOUNT_FOLDERS | {""}
_PERSONAL_PARAMETERS = words("""
    account accountid address auth authorization booking card clientid code customer customerid dob email
    firstname iban key lastname login mail member memberid mobile msisdn name order orderid ordernumber pass
    passwd password phone pnr pwd recipient secret session sessionid sid sig signature ssn surname tel
    ticket token uid user userid username
""")
_PERSONAL_ENDINGS = tuple(words("token email phone password session sessionid userid username apikey secret"))


def find_links(text: str, readable_accounts: frozenset[str]) -> list[Span]:
    """Every link in the text: kind URL where it names or identifies a person, without kind elsewhere.

    A link does so by user data before its host, an e-mail address, a telling parameter
    (`?session=…`), a path that is an account's (`/users/7`, `x.com/jane/status/1`), or a card or
    bank account number in it. Readable accounts may be named.

    Examples
    --------
    >>> [span.kind for span in find_links("https://a.example/b https://x.com/jane/status/1", frozenset())]
    ['', 'URL']
    """
    found = _links(_WITH_SCHEME, text, readable_accounts) if "://" in text else []
    if (
        "www." in text
        or ".com/" in text
        or ".me/" in text
        or ".app/" in text
        or ".tv/" in text
        or ".net/" in text
    ):
        # What stands within a link is no link of its own.
        bare = _links(_BARE, blanked(text, found), readable_accounts)
        return sorted([*found, *bare])
    return found


def _links(pattern: re.Pattern[str], text: str, readable_accounts: frozenset[str]) -> list[Span]:
    found = []
    for match in pattern.finditer(text):
        link = match[0].rstrip(_TRAILING)
        kind = "URL" if _is_personal(link, readable_accounts) else ""
        found.append(Span(match.start(), match.start() + len(link), kind))
    return found


def _is_personal(link: str, readable_accounts: frozenset[str]) -> bool:
    address, *parameters = _PARTS.split(link.casefold())
    host, *folders = (address.partition("://")[2] or address).split("/")
    if "%40" in link or "@" in host:
        return True
    if "@" in link and any("@" in part for part in (*parameters, *(folder[1:] for folder in folders))):
        return True
    return (
        any(map(_is_telling, parameters))
        or not readable_accounts.issuperset(_accounts(host, folders))
        or (_NUMBERED.search(link) is not None and has_telling_number(link))
    )


def _is_telling(parameter: str) -> bool:
    name, _equals, value = parameter.partition("=")
    name = re.sub(r"[\W_]", "", name)
    return bool(value) and (name in _PERSONAL_PARAMETERS or name.endswith(_PERSONAL_ENDINGS))


def _accounts(host: str, folders: list[str]) -> list[str]:
    """Accounts and persons that the path names."""
    accounts = []
    if folders and _ACCOUNT_HOST.fullmatch(host) and folders[0] not in _NO_ACCOUNTS:
        accounts.append(folders[0].lstrip("@"))
    before = ""
    for folder in folders:
        if folder[1:] and (folder[0] in "@~" or before in _ACCOUNT_FOLDERS):
            accounts.append(folder.lstrip("@~"))
        before = folder
    return accounts
