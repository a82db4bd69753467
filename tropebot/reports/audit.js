// The script of an audit's page: what its tables and charts show, with what base.js gives.
"use strict";
(function () {
  const { data, say, make, colour, axis, draw, column, showTable, choose, pageLink, userLink, showFigures, obeyTheme } = report;
  const count = { type: "num", className: "number" };
  const most = 15;

  function bars(id, rows, name, value, heads) {
    const shown = rows.slice(0, most);
    draw(id, !shown.length, () => ({
      type: "bar",
      data: {
        labels: shown.map(name),
        datasets: [{ label: say("axis-fixed"), data: shown.map(value), backgroundColor: colour("c1"), pointStyle: "rect", maxBarThickness: 28 }],
      },
      options: {
        indexAxis: "y",
        plugins: { legend: { display: false } },
        scales: { x: axis(say("axis-fixed")), y: axis("", { ticks: { color: colour("soft"), autoSkip: false, callback: (_, n) => cut(name(shown[n])) } }) },
      },
    }), heads, () => rows.slice(0, 200).map((row) => [name(row), value(row)]));
  }

  function cut(text) {
    const letters = [...text];
    return letters.length > 32 ? `${letters.slice(0, 31).join("")}…` : text;
  }

  function showRules(only) {
    const button = (rule) => {
      const made = make("button", { type: "button", class: "code", text: rule.code, "aria-label": say("audit-show-rule", rule.code) });
      made.addEventListener("click", () => only(rule.code));
      return made;
    };
    showTable("rules", data.rules, [
      column("rule", (rule) => rule.code, { className: "code", node: button }),
      column("name", (rule) => rule.name, { className: "nowrap" }),
      column("found", (rule) => rule.findings, count),
      column("pages", (rule) => rule.pages, count),
    ], [[2, "desc"]]);
  }

  function showMissing() {
    showTable("missing", data.missing, [
      column("rule", (row) => row[0], { className: "code" }),
      column("audit-what", (row) => row[1], { className: "wide" }),
      column("audit-times", (row) => row[2], count),
    ], [[2, "desc"]]);
  }

  function showFindings() {
    document.getElementById("cut").textContent = data.cut;
    return choose(data.found, [
      column("rule", (row) => row[0], { className: "code" }),
      column("page", (row) => row[1], { className: "title", node: (row) => pageLink(row[1]) }),
      column("what", (row) => row[2], { className: "wide" }),
      column("audit-line", (row) => row[3], { type: "num", className: "number phone-not" }),
      column("creator", (row) => row[4], { className: "phone-not", node: (row) => userLink(row[4]) }),
    ], [[0, "asc"], [1, "asc"]]);
  }

  showFigures();
  const rules = [...data.rules].sort((a, b) => b.findings - a.findings);
  bars("chart-rules", rules, (rule) => `${rule.code} ${rule.name}`, (rule) => rule.findings, [say("rule"), say("found")]);
  bars("chart-missing", data.missing, (row) => row[1], (row) => row[2], [say("audit-what"), say("audit-times")]);
  showRules(showFindings());
  showMissing();
  obeyTheme();
})();
