// The page's own script: data out of the page, into figures, charts (Chart.js) and tables (DataTables).
// Text of the wiki is only ever put in as text (textContent), never as HTML.
"use strict";
(function () {
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
    return `${data.script}index.php?title=${encodeURIComponent(name.replaceAll(" ", "_"))}`;
  }

  function pageLink(title, id) {
    const label = make("bdi", { text: title || say("page-number", id) });
    if (!data.script || !(title || id)) return label;
    const href = title ? address(title) : `${data.script}index.php?curid=${id}`;
    return make("a", { href, rel: "noreferrer" }, label);
  }

  function userLink(name) {
    const label = make("bdi", { text: name });
    if (!data.script || !name) return label;
    const href = address(`Special:Contributions/${name}`);
    return make("a", { href, rel: "noreferrer" }, label);
  }

  // Figures at a glance.
  function showFigures() {
    document.getElementById("at").textContent = ` · ${data.at ? say("at", data.at) : say("at-never")}`;
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

  // The rules with most findings have a line and a colour of their own, in all charts the same; the others are one.
  function shownRules() {
    const weigh = (code) => Math.max(0, ...(data.open?.values[code] ?? [])) + (data.times.rules[code] ?? []).reduce((a, b) => a + b, 0);
    const codes = data.rules.map((rule) => rule.code).sort((a, b) => weigh(b) - weigh(a));
    return codes.slice(0, codes.length > 8 ? 7 : 8).sort();
  }

  function rowsOfRules(values) {
    const shown = shownRules();
    const rows = shown.map((code, n) => ({ label: code, colour: n, values: values[code] }));
    const rest = Object.keys(values).filter((code) => !shown.includes(code)).map((code) => values[code]);
    if (rest.length) rows.push({ label: say("others"), colour: 7, values: rest[0].map((_, n) => rest.reduce((sum, row) => sum + row[n], 0)) });
    return rows.filter((row) => row.values);
  }

  const points = ["circle", "rect", "triangle", "rectRot", "crossRot", "star", "rectRounded", "dash"];

  function showOpen() {
    const open = data.open ?? { at: [], values: {} };
    const rows = rowsOfRules(open.values);
    draw("chart-open", !open.at.length, () => {
      const palette = colours();
      const datasets = rows.map((row) => ({
        label: row.label, data: row.values, borderColor: palette[row.colour], backgroundColor: palette[row.colour], pointStyle: points[row.colour],
        borderWidth: 2, pointRadius: open.at.length > 40 ? 0 : 3, tension: 0,
      }));
      return { type: "line", data: { labels: open.at, datasets }, options: { scales: { x: axis(""), y: axis(say("axis-open")) } } };
    }, [say("date"), ...rows.map((row) => row.label)], () => open.at.map((at, n) => [at, ...rows.map((row) => row.values[n])]));
  }

  function showFlags() {
    const flags = data.flags ?? { at: [], values: {} };
    const kinds = ["flag", "unflag", "removed"].filter((kind) => flags.values[kind]);
    draw("chart-flags", !flags.at.length, () => {
      const palette = [colour("c1"), colour("c3"), colour("c2")];
      const datasets = kinds.map((kind, n) => ({
        label: say(`flags-${kind}`), data: flags.values[kind], backgroundColor: palette[n], pointStyle: "rect", maxBarThickness: 36,
      }));
      return { type: "bar", data: { labels: flags.at, datasets }, options: { scales: { x: axis(say("axis-week")), y: axis(say("axis-flags")) } } };
    }, [say("axis-week"), ...kinds.map((kind) => say(`flags-${kind}`))], () => flags.at.map((at, n) => [at, ...kinds.map((kind) => flags.values[kind][n])]));
  }

  function showDrafts() {
    const drafts = data.drafts.filter((draft) => draft.age !== null);
    const most = Math.max(1, ...drafts.map((draft) => draft.age));
    const minimum = drafts.length ? drafts[0].minimum : 0;
    draw("chart-drafts", !drafts.length, () => {
      const group = (ready, name, style) => ({
        label: say(ready ? "ready" : "not-ready"), pointStyle: style, pointRadius: 6, pointHoverRadius: 8,
        backgroundColor: `${colour(name)}cc`, borderColor: colour(name),
        data: drafts.filter((draft) => draft.ready === ready).map((draft) => ({ x: draft.age, y: draft.works, title: draft.title })),
      });
      const limit = {
        type: "line", label: say("axis-minimum"), data: [{ x: 0, y: minimum }, { x: most, y: minimum }],
        borderColor: colour("soft"), borderDash: [6, 4], borderWidth: 2, pointRadius: 0, pointStyle: "line",
      };
      const label = (context) => `${context.raw.title ?? context.dataset.label}: ${context.raw.y}`;
      return {
        type: "scatter",
        data: { datasets: [group(true, "c3", "circle"), group(false, "c2", "rectRot"), limit] },
        options: {
          interaction: { mode: "nearest", intersect: true },
          plugins: { tooltip: { callbacks: { label } } },
          scales: { x: axis(say("axis-age"), { type: "linear" }), y: axis(say("axis-examples"), { grace: 1 }) },
        },
      };
    }, [say("draft"), say("axis-examples"), say("axis-age")], () => drafts.map((draft) => [draft.title, draft.works, draft.age]));
  }

  function showTimes() {
    const { classes, rules } = data.times;
    const rows = rowsOfRules(rules);
    const labels = classes.map((name) => say(`within-${name}`));
    draw("chart-times", !rows.length, () => {
      const palette = colours();
      const datasets = rows.map((row) => ({ label: row.label, data: row.values, backgroundColor: palette[row.colour], pointStyle: "rect", stack: "all", maxBarThickness: 80 }));
      const stacked = { stacked: true };
      return { type: "bar", data: { labels, datasets }, options: { scales: { x: axis("", stacked), y: axis(say("axis-fixed"), stacked) } } };
    }, [say("axis-within"), ...rows.map((row) => row.label)], () => labels.map((label, n) => [label, ...rows.map((row) => row.values[n])]));
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

  function showFindings() {
    const choose = make("select", { id: "rule" }, make("option", { value: "", text: say("all-rules") }));
    const names = Object.fromEntries(data.rules.map((rule) => [rule.code, rule.name]));
    for (const code of [...new Set(data.found.map((row) => row[0]))].sort()) {
      choose.append(make("option", { value: code, text: `${code} ${names[code] ?? ""}` }));
    }
    const filter = make("label", { class: "filter" }, say("rule"), choose);
    const table = showTable("findings", data.found, [
      column("rule", (row) => row[0], { className: "code" }),
      column("page", (row) => row[1] || say("page-number", row[2]), { className: "title", node: (row) => pageLink(row[1], row[2]) }),
      column("what", (row) => row[3], { className: "wide" }),
      column("since", (row) => row[4], { className: "date phone-not" }),
      column("days", (row) => row[5], { type: "num", className: "number" }),
      column("creator", (row) => row[6], { className: "phone-not", node: (row) => userLink(row[6]) }),
      column("flag", (row) => (row[7] ? say(`flag-${row[7]}`) : ""), { className: "phone-not" }),
    ], [[4, "desc"]], { extra: () => filter, length: 25 });
    const only = (code) => table.column(0).search(code ? `^${code}$` : "", { regex: true, smart: false }).draw();
    choose.addEventListener("change", () => only(choose.value));
    return (code) => {
      const section = document.getElementById("findings");
      section.scrollIntoView();
      if (!table) return;
      choose.value = code;
      only(choose.value);
      choose.focus({ preventScroll: true });
    };
  }

  function showRules(choose) {
    const button = (rule) => {
      const made = make("button", { type: "button", class: "code", text: rule.code, "aria-label": say("show-rule", rule.code) });
      made.addEventListener("click", () => choose(rule.code));
      return made;
    };
    const count = { type: "num", className: "number" };
    showTable("rules", data.rules, [
      column("rule", (rule) => rule.code, { className: "code", node: button }),
      column("name", (rule) => rule.name, { className: "nowrap" }),
      column("open", (rule) => rule.open, count),
      column("came", (rule) => rule.came, { type: "num", className: "number phone-not" }),
      column("went", (rule) => rule.went, { type: "num", className: "number phone-not" }),
      column("median", (rule) => rule.median, count),
    ], [[2, "desc"]]);
  }

  function standing(draft) {
    if (draft.ready && !draft.holds) return make("span", { class: "good", text: say("ready") });
    const words = make("bdi", { text: draft.holds });
    return draft.ready ? make("span", {}, make("span", { class: "good", text: say("ready") }), "; ", words) : words;
  }

  function showDraftTable() {
    const count = { type: "num", className: "number" };
    showTable("drafts", data.drafts, [
      column("draft", (draft) => draft.title, { className: "title", node: (draft) => pageLink(draft.title) }),
      column("axis-examples", (draft) => draft.works, count),
      column("axis-minimum", (draft) => draft.minimum, { type: "num", className: "number phone-not" }),
      column("readiness", (draft) => (draft.ready ? `${say("ready")} ${draft.holds}` : draft.holds), { className: "wide", node: standing }),
      column("days", (draft) => draft.age, count),
      column("idle", (draft) => draft.idle, { type: "num", className: "number phone-not" }),
      column("creator", (draft) => draft.creator, { className: "phone-not", node: (draft) => userLink(draft.creator) }),
    ], [[1, "desc"]]);
  }

  function outcome(row) {
    const style = { promoted: "good", refused: "bad" }[row.step] ?? "";
    return make("span", { class: style, text: say(`step-${row.step}`) });
  }

  function showPromotions() {
    showTable("promotions", data.promotions, [
      column("date", (row) => row.at, { className: "date" }),
      column("draft", (row) => row.title, { className: "title phone-not", node: (row) => pageLink(row.title) }),
      column("target", (row) => row.target, { className: "title", node: (row) => pageLink(row.target) }),
      column("axis-examples", (row) => row.works, { type: "num", className: "number phone-not" }),
      column("outcome", (row) => say(`step-${row.step}`), { node: outcome }),
      column("why", (row) => row.why, { className: "wide" }),
    ], [[0, "desc"]]);
  }

  function showRuns() {
    const did = (run) => Object.entries(run.did).map(([name, count]) => say(`did-${name.replace("_", "-")}`, number.format(count))).join(", ");
    showTable("runs", data.runs, [
      column("run", (run) => run.number, { type: "num", className: "number" }),
      column("began", (run) => run.began, { className: "date" }),
      column("kind", (run) => run.kind),
      column("pages", (run) => run.pages, { type: "num", className: "number phone-not" }),
      column("found", (run) => run.found, { type: "num", className: "number phone-not" }),
      column("did", did, { className: "wide" }),
      column("status", (run) => run.status, { className: "wide phone-not" }),
    ], [[0, "desc"]]);
  }

  showFigures();
  showOpen();
  showFlags();
  showDrafts();
  showTimes();
  showRules(showFindings());
  showDraftTable();
  showPromotions();
  showRuns();
  document.getElementById("theme").addEventListener("click", () => paint(root.dataset.theme === "dark" ? "light" : "dark"));
  dark.addEventListener("change", () => paint(dark.matches ? "dark" : "light"));
  paint(dark.matches ? "dark" : "light");
})();
