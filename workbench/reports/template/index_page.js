// Shows the reports that have all the words searched for.
(() => {
  const box = document.getElementById("search");
  if (!box) return;
  const found = document.getElementById("found"), whole = found.textContent;
  const nothing = document.getElementById("nothing");
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const folded = [...document.querySelectorAll("details")].map((each) => [each, each.open]);
  const rows = [...document.querySelectorAll(".row")].map((row) => ({
    row,
    words: plain(row.dataset.find),
    whole: row.querySelectorAll("article, .line a").length,
    segments: [...row.querySelectorAll("[data-find]")].map((item) => [item, plain(item.dataset.find)]),
  }));

  const search = () => {
    const wanted = plain(box.value).split(/\s+/).filter(Boolean);
    let count = 0;
    for (const { row, words, whole: own, segments } of rows) {
      const hasAll = (text) => wanted.every((word) => text.includes(word));
      const isOwn = hasAll(words);
      let hits = 0;
      for (const [item, text] of segments) {
        item.hidden = !isOwn && !hasAll(`${words} ${text}`);
        hits += !item.hidden;
      }
      row.hidden = !isOwn && !hits;
      count += hits + (isOwn ? own : 0);
    }
    for (const [each, wasOpen] of folded) {
      each.open = wasOpen || (wanted.length > 0 && each.querySelector("[data-find]:not([hidden])") !== null);
      each.hidden = each.matches(".older") && !each.querySelector(".row:not([hidden])");
    }
    for (const topic of document.querySelectorAll(".topic")) topic.hidden = !topic.querySelector(".row:not([hidden])");
    nothing.hidden = count > 0;
    found.textContent = wanted.length ? `${count.toLocaleString("en")} of ${whole}` : whole;
  };

  document.querySelector(".search").hidden = false;
  box.addEventListener("input", search);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { box.value = ""; search(); }
    if (event.key === "Enter") event.preventDefault(); // the list is filtered already
  });
  if (box.value) search(); // a page come back to
  addEventListener("beforeprint", () => folded.forEach(([each]) => (each.open = true)));
})();
