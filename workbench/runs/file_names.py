"""Names of files from names of brands, products and regions."""

from urllib.parse import quote, unquote

_DEVICES = {"CON", "PRN", "AUX", "NUL"}  # names that Windows keeps for itself


def file_safe(value: str) -> str:
    """A name that every file system and every link takes, different for different values.

    Examples
    --------
    >>> file_safe("São Paulo"), file_safe("../etc"), file_safe("con")
    ('São_Paulo', '~2E.~2Fetc', '~63on')
    """
    safe = "".join(character if character.isalnum() else _coded(character) for character in value)
    if safe.startswith(".") or safe.partition(".")[0].upper() in _DEVICES:
        safe = f"~{ord(safe[0]):02X}{safe[1:]}"
    return f"{safe[:-1]}~2E" if safe.endswith(".") else safe


def file_unsafe(name: str) -> str:
    """The value of which `file_safe` made the name.

    Examples
    --------
    >>> file_unsafe(file_safe("AT&T São Paulo 5~G_"))
    'AT&T São Paulo 5~G_'
    """
    return unquote(name.replace("_", " ").replace("~", "%"), errors="surrogatepass")


def _coded(character: str) -> str:
    if character == " ":
        return "_"
    if character in "-.":
        return character
    return (
        quote(character, safe="", errors="surrogatepass").replace("%", "~")
        if character not in "_~"
        else f"~{ord(character):X}"
    )
