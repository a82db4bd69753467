// What the pages share: data out of the page, into figures, charts (Chart.js) and tables (DataTables).
// Text of the wiki is only ever put in as text (textContent), never as HTML.
"use strict";
const report = (function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const charts = [];

  function say(key, ...values) {
    const text = data.texts[key] ?? key;
    return text.replace(/\$(\d)/g, (all, number) => values[number - 1] ?? all);
  }

  function make(name, options = {}, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(options)) {
      if (key === "text") node.textContent = value;
      else node.setAttribute(key, value);
    }
    node.append(...children);
    return node;
  }

  const number = new Intl.NumberFormat(data.language);

  // Light and dark: as the system says, until somebody chooses.
  function colour(name) {
    return getComputedStyle(root).getPropertyValue(`--${name}`).trim();
  }

  function paint(theme) {
    root.dataset.theme = theme;
    document.getElementById("theme").setAttribute("aria-pressed", String(theme === "dark"));
    for (const redraw of charts) redraw();
  }

  // Links to the wiki.
  function address(title) {
    const name = title.toWellFormed ? title.toWellFormed() : title;
    return `${data.prefix}${encodeURIComponent(name.replaceAll(" ", "_"))}`;
  }

  function pageLink(title, id) {
    const label = make("bdi", { text: title || say("page-number", id) });
    if (!data.prefix || !(title || id)) return label;
    const href = title ? address(title) : data.prefix.replace(/title=$/, `curid=${id}`);
    return make("a", { href, rel: "noreferrer" }, label);
  }

  function userLink(name) {
    const label = make("bdi", { text: name });
    if (!data.prefix || !name) return label;
    const href = address(`Special:Contributions/${name}`);
    return make("a", { href, rel: "noreferrer" }, label);
  }

  // Figures at a glance.
  function showFigures() {
    document.getElementById("at").textContent = ` · ${data.when}`;
    const tiles = document.getElementById("tiles");
    for (const [key, value] of Object.entries(data.tiles)) {
      const name = make("dt", { text: say(`tile-${key}`) });
      tiles.append(make("div", {}, name, make("dd", { text: number.format(value) })));
    }
    if (data.alerts.length) {
      const alerts = document.getElementById("alerts");
      alerts.hidden = false;
      alerts.querySelector("ul").append(...data.alerts.map((text) => make("li", { text })));
    }
  }

  // Charts, each with its figures as a table below it.
  function colours() {
    return Array.from({ length: 8 }, (_, index) => colour(`c${index + 1}`));
  }

  function axis(title, more = {}) {
    return {
      beginAtZero: true,
      title: { display: Boolean(title), text: title, color: colour("soft") },
      ticks: { color: colour("soft"), precision: 0, maxRotation: 0, autoSkipPadding: 16 },
      grid: { color: colour("line") },
      ...more,
    };
  }

  function draw(id, isEmpty, config, heads, rows) {
    const figure = document.getElementById(id);
    if (isEmpty) {
      figure.append(make("p", { class: "none", text: say("nothing") }));
      return;
    }
    const label = figure.querySelector("h2").textContent;
    const canvas = make("canvas", { role: "img", "aria-label": say("chart-label", label) });
    figure.append(make("div", { class: "canvas" }, canvas));
    let chart;
    charts.push(() => {
      if (chart) chart.destroy();
      const built = config();
      built.options = {
        responsive: true,
        maintainAspectRatio: false,
        animation: false,
        interaction: { mode: "index", intersect: false },
        ...built.options,
        plugins: {
          legend: { position: "bottom", labels: { color: colour("ink"), usePointStyle: true, boxHeight: 7 } },
          ...built.options.plugins,
        },
      };
      chart = new Chart(canvas, built);
    });
    figure.append(figuresBelow(label, heads, rows));
  }

  function figuresBelow(label, heads, rows) {
    const details = make("details", {}, make("summary", { text: say("figures") }));
    details.addEventListener("toggle", () => {
      if (!details.open || details.querySelector("table")) return;
      const head = make("tr", {}, ...heads.map((text) => make("th", { scope: "col", text })));
      const body = rows().map((row) => make("tr", {}, ...row.map((text) => make("td", { text }))));
      const table = make("table", {}, make("thead", {}, head), make("tbody", {}, ...body));
      const scroll = { class: "scroll", tabindex: "0", role: "region", "aria-label": label };
      details.append(make("div", scroll, table));
    });
    return details;
  }

  // Tables: what is drawn is a node, what is searched and sorted is the value itself.
  const byText = new Intl.Collator(data.language, { numeric: true }).compare;
  DataTable.type("wiki-text", {
    detect: () => false,
    order: { pre: (value) => String(value ?? ""), asc: byText, desc: (a, b) => byText(b, a) },
  });

  function column(key, value, options = {}) {
    const { node, type = "wiki-text", ...more } = options;
    return {
      title: say(key),
      type,
      data: null,
      render: (_, use, row) => {
        const found = value(row) ?? "";
        if (use !== "display") return found;
        return node ? node(row) : make("bdi", { text: type === "num" && found !== "" ? number.format(found) : found });
      },
      ...more,
    };
  }

  function showTable(id, rows, columns, order, { extra, length = 10 } = {}) {
    const section = document.getElementById(id);
    if (!rows.length) {
      section.append(make("p", { class: "none", text: say("nothing") }));
      return null;
    }
    const label = section.querySelector("h2").textContent;
    const table = make("table", { "aria-label": label });
    section.append(make("div", { class: "table" }, table));
    const small = rows.length <= 10;
    const nameParts = () => {
      for (const nav of section.querySelectorAll("nav")) nav.setAttribute("aria-label", say("pages-of", label));
    };
    const made = new DataTable(table, {
      drawCallback: nameParts,
      data: rows, columns, order, deferRender: true, autoWidth: false, pageLength: length, lengthMenu: [10, 25, 100, 500],
      layout: {
        topStart: extra ? [extra, "search"] : small ? null : "search",
        topEnd: small ? null : "pageLength",
        bottomStart: small ? null : "info",
        bottomEnd: rows.length > length ? "paging" : null,
      },
      language: {
        search: say("search"), lengthMenu: say("length"), info: say("info"), infoEmpty: say("info-empty"),
        infoFiltered: say("info-filtered"), zeroRecords: say("info-empty"), emptyTable: say("nothing"),
        paginate: { first: "«", previous: "‹", next: "›", last: "»" },
        aria: {
          orderable: say("sort"), orderableReverse: say("sort-reverse"), orderableRemove: say("sort-remove"),
          paginate: { first: say("first"), previous: say("previous"), next: say("next"), last: say("last") },
        },
      },
    });
    nameParts();
    const scroll = section.querySelector(".dt-layout-table");
    for (const [name, value] of Object.entries({ tabindex: "0", role: "region", "aria-label": label })) scroll.setAttribute(name, value);
    return made;
  }

  // The table of findings, with a choice of the rule; what it gives back shows one rule's alone.
  function choose(rows, columns, order) {
    const choice = make("select", { id: "rule" }, make("option", { value: "", text: say("all-rules") }));
    const names = Object.fromEntries(data.rules.map((rule) => [rule.code, rule.name]));
    for (const code of [...new Set(rows.map((row) => row[0]))].sort()) {
      choice.append(make("option", { value: code, text: `${code} ${names[code] ?? ""}` }));
    }
    const filter = make("label", { class: "filter" }, say("rule"), choice);
    const table = showTable("findings", rows, columns, order, { extra: () => filter, length: 25 });
    const only = (code) => table.column(0).search(code ? `^${code}$` : "", { regex: true, smart: false }).draw();
    choice.addEventListener("change", () => only(choice.value));
    return (code) => {
      const section = document.getElementById("findings");
      section.scrollIntoView();
      if (!table) return;
      choice.value = code;
      only(choice.value);
      choice.focus({ preventScroll: true });
    };
  }

  function obeyTheme() {
    const button = document.getElementById("theme");
    button.addEventListener("click", () => paint(root.dataset.theme === "dark" ? "light" : "dark"));
    dark.addEventListener("change", () => paint(dark.matches ? "dark" : "light"));
    paint(dark.matches ? "dark" : "light");
  }

  return { data, number, say, make, colour, colours, axis, draw, column, showTable, choose, pageLink, userLink, showFigures, obeyTheme };
})();
