// The page's own script: what its tables and charts show, with what base.js gives.
"use strict";
(function () {
  const { data, number, say, make, colour, colours, axis, draw, column, showTable, choose, pageLink, userLink, showFigures, obeyTheme } = report;

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

  function showFindings() {
    return choose(data.found, [
      column("rule", (row) => row[0], { className: "code" }),
      column("page", (row) => row[1] || say("page-number", row[2]), { className: "title", node: (row) => pageLink(row[1], row[2]) }),
      column("what", (row) => row[3], { className: "wide" }),
      column("since", (row) => row[4], { className: "date phone-not" }),
      column("days", (row) => row[5], { type: "num", className: "number" }),
      column("creator", (row) => row[6], { className: "phone-not", node: (row) => userLink(row[6]) }),
      column("flag", (row) => (row[7] ? say(`flag-${row[7]}`) : ""), { className: "phone-not" }),
    ], [[4, "desc"]]);
  }

  function showRules(only) {
    const button = (rule) => {
      const made = make("button", { type: "button", class: "code", text: rule.code, "aria-label": say("show-rule", rule.code) });
      made.addEventListener("click", () => only(rule.code));
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
  obeyTheme();
})();
