// Draws the live charts over their still pictures, in the colours of the reader's screen.
(() => {
  const screen = matchMedia("(prefers-color-scheme: dark)");
  const style = getComputedStyle(document.documentElement);
  const colors = [...document.querySelector("style").textContent.matchAll(/--chart-([0-9a-f]{6}):/g)].map((found) => found[1]);

  // The page's variables hold the colour of this moment for each light colour of the theme.
  const themed = (text) =>
    [...new Set(colors)].reduce(
      (result, light) => result.replaceAll(`"#${light}"`, `"${style.getPropertyValue(`--chart-${light}`).trim()}"`),
      text,
    );

  // How the reader writes numbers and times; none where that is Vega's own way.
  const locales = JSON.parse(document.getElementById("locales")?.textContent ?? "{}");

  const draw = (figure) => {
    const host = figure.querySelector(".live");
    const spec = JSON.parse(themed(figure.querySelector('script[type="application/json"]').textContent));
    const least = Number(host.dataset.least);
    if (least) host.style.minWidth = `${least}px`;
    figure.classList.add("is-live"); // first, or the host has no width to fill
    const options = {
      mode: "vega-lite",
      renderer: "svg",
      actions: false,
      ast: true, // expressions are interpreted: the page's policy allows no eval
      defaultStyle: false,
      ...locales,
      tooltip: { disableDefaultStyle: true },
    };
    return vegaEmbed(host, spec, options).catch((error) => {
      figure.classList.remove("is-live"); // the still picture stays
      console.error(error);
    });
  };

  const figures = document.querySelectorAll("figure.chart");
  const drawAll = () => figures.forEach(draw);
  drawAll();
  screen.addEventListener("change", drawAll);
})();
