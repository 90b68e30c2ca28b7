const data = JSON.parse(document.getElementById("data").textContent);
const root = document.documentElement;
const views = [];
const collators = {zh: new Intl.Collator("zh"), en: new Intl.Collator("en")};

const lang = () => root.dataset.lang;
const pick = (pair) => pair[lang() === "en" ? 1 : 0];
const phrase = (zh, en) => (lang() === "en" ? en : zh);

function element(tag, attributes, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) e.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined) e.setAttribute(name, value);
  }
  e.append(...children);
  return e;
}

// A cell is null, a number (of fen and the like, or of a string in the table of strings), or [kind, value] where it differs from its column.
const kindOf = (column, cell) => (Array.isArray(cell) ? cell[0] : column.kind);
const valueOf = (cell) => (Array.isArray(cell) ? cell[1] : cell);
const isText = (kind) => kind === "text" || kind === "code";

function show(column, cell) {
  if (cell === null) return "-";
  const kind = kindOf(column, cell), value = valueOf(cell);
  return isText(kind) ? pick(data.strings[value]) : number(kind, value, column.decimals, column.inYuan, root.dataset.unit);
}

function heading(column) {
  const title = pick(column.title) || column.key;
  if (column.inYuan && column.kind.startsWith("fen") && root.dataset.unit === "wan") {
    return title + phrase("（" + data.currency[0] + "）", " (" + data.currency[1] + ")");
  }
  return title;
}

function bodyCell(column, cell, tag) {
  if (cell === null) return element(tag, {class: column.right ? "num" : null}, "-");
  const kind = kindOf(column, cell), value = valueOf(cell);
  if (isText(kind)) return element(tag, {class: kind === "code" ? "code" : column.right ? "num" : null}, show(column, cell));
  let classes = "num";
  if (kind.endsWith("_delta") && Number(value) !== 0) {
    classes += (Number(value) > 0) !== column.adverse ? " gain" : " loss";
  }
  return element(tag, {class: classes, title: exact(kind, value, pick(data.currency)) || null}, show(column, cell));
}

function compare(a, b, column) {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const x = valueOf(a), y = valueOf(b);
  if (isText(kindOf(column, a)) && isText(kindOf(column, b))) {
    return collators[lang()].compare(pick(data.strings[x]), pick(data.strings[y]));
  }
  const p = BigInt(x), q = BigInt(y);
  return p < q ? -1 : p > q ? 1 : 0;
}

// keyed groups the rows of a detail table by the key that their parents name.
function keyed(table) {
  if (!table.groups) {
    table.groups = new Map();
    table.rows.forEach((row, i) => {
      const cell = row[table.by];
      const key = cell === null ? "" : data.strings[valueOf(cell)][0];
      if (!table.groups.has(key)) table.groups.set(key, []);
      table.groups.get(key).push(i);
    });
  }
  return table.groups;
}

// words is what the filter searches in a row: its texts in both languages.
function words(table, i) {
  table.words = table.words || [];
  if (table.words[i] === undefined) {
    table.words[i] = table.rows[i].map((cell, c) => {
      if (cell === null || !isText(kindOf(table.columns[c], cell))) return "";
      return data.strings[valueOf(cell)].join("\n");
    }).join("\n").toLowerCase();
  }
  return table.words[i];
}

// View is a table on the page, or the part of a detail table that belongs to one row.
class View {
  constructor(box, table, rows, inner) {
    Object.assign(this, {box, table, all: rows, inner, size: inner ? 20 : 50, page: 0, sort: -1, down: false, query: "", open: new Set()});
    this.columns = table.columns.map((c, i) => i).filter((i) => !table.columns[i].hidden && !(inner && i === table.by));
    this.input = element("input", {type: "search", oninput: () => { this.query = this.input.value.trim().toLowerCase(); this.page = 0; this.draw(); }});
    this.info = element("span");
    this.before = element("button", {type: "button", onclick: () => { this.page--; this.draw(); }}, "‹");
    this.after = element("button", {type: "button", onclick: () => { this.page++; this.draw(); }}, "›");
    this.tools = element("div", {class: "tools"}, this.input, this.info, this.before, this.after);
    this.scroll = element("div", {class: "scroll"});
    if (rows.length > 8) box.append(this.tools);
    box.append(this.scroll);
    this.draw();
  }

  chosen() {
    let rows = this.all;
    if (this.query) rows = rows.filter((i) => words(this.table, i).includes(this.query));
    if (this.sort >= 0) {
      const column = this.table.columns[this.sort], sign = this.down ? -1 : 1;
      rows = rows.slice().sort((a, b) => {
        const x = this.table.rows[a][this.sort], y = this.table.rows[b][this.sort];
        return (x === null || y === null ? compare(x, y, column) : sign * compare(x, y, column)) || a - b;
      });
    }
    return rows;
  }

  order(i) {
    const numeric = this.table.columns[i].right;
    if (this.sort !== i) { this.sort = i; this.down = numeric; }
    else if (this.down === numeric) this.down = !numeric;
    else this.sort = -1;
    this.page = 0;
    this.draw();
  }

  draw(everything) {
    const rows = this.chosen(), size = everything ? 2000 : this.size;
    const pages = Math.max(1, Math.ceil(rows.length / size));
    this.page = Math.min(Math.max(this.page, 0), pages - 1);
    const first = everything ? 0 : this.page * size;
    const seen = rows.slice(first, first + size);
    this.input.placeholder = phrase("筛选…", "Filter…");
    this.input.setAttribute("aria-label", phrase("筛选", "Filter"));
    this.before.setAttribute("aria-label", phrase("上一页", "Previous page"));
    this.after.setAttribute("aria-label", phrase("下一页", "Next page"));
    this.info.textContent = rows.length === 0 ? phrase("没有匹配的行", "No row matches")
      : phrase(`第 ${first + 1}–${first + seen.length} 行，共 ${rows.length} 行`, `Rows ${first + 1}–${first + seen.length} of ${rows.length}`);
    this.before.disabled = this.page === 0;
    this.after.disabled = this.page === pages - 1;
    this.before.hidden = this.after.hidden = pages === 1;
    if (this.all.length === 0) {
      this.scroll.replaceChildren(element("div", {class: "empty"}, phrase("（无）", "(none)")));
      return;
    }
    this.scroll.replaceChildren(element("table", {}, this.head(), this.body(seen), ...this.foot()));
  }

  head() {
    return element("thead", {}, element("tr", {}, ...this.columns.map((i) => {
      const column = this.table.columns[i];
      const sorted = this.sort === i ? (this.down ? "descending" : "ascending") : null;
      return element("th", {scope: "col", class: column.right ? "num" : null, "aria-sort": sorted},
        element("button", {type: "button", onclick: () => this.order(i)}, heading(column)));
    })));
  }

  body(seen) {
    const body = element("tbody");
    const detail = data.tables[this.table.detail];
    for (const r of seen) {
      const cells = this.columns.map((i) => bodyCell(this.table.columns[i], this.table.rows[r][i], "td"));
      const line = element("tr", {}, ...cells);
      body.append(line);
      const key = this.table.drill && this.table.drill[r];
      const rows = detail && key ? keyed(detail).get(key) : null;
      if (rows) {
        const button = element("button", {type: "button", class: "open", "aria-expanded": "false", "aria-label": phrase("展开明细", "Open the detail"),
          onclick: () => { this.open.has(r) ? this.open.delete(r) : this.open.add(r); this.unfold(line, button, detail, rows, this.open.has(r)); }});
        cells[0].prepend(button);
        cells[0].classList.add("key");
        if (this.open.has(r)) this.unfold(line, button, detail, rows, true);
      }
    }
    return body;
  }

  unfold(line, button, detail, rows, open) {
    button.setAttribute("aria-expanded", String(open));
    if (!open) {
      line.nextSibling.remove();
      return;
    }
    const box = element("div");
    line.after(element("tr", {class: "inner"}, element("td", {colspan: this.columns.length}, box)));
    new View(box, detail, rows, true);
  }

  foot() {
    const foot = this.table.foot;
    if (!foot || this.inner || this.query) return [];
    const cells = this.columns.map((i) => (foot[i] === null ? element("td") : bodyCell(this.table.columns[i], foot[i], "td")));
    return [element("tfoot", {}, element("tr", {}, ...cells))];
  }
}

for (const box of document.querySelectorAll("[data-table]")) {
  const table = data.tables[box.dataset.table];
  views.push(new View(box, table, table.rows.map((_, i) => i), false));
}

function choose(name, value) {
  root.dataset[name] = value;
  if (name === "lang") {
    root.lang = value === "zh" ? "zh-CN" : "en";
    document.title = pick(data.title);
  }
  for (const button of document.querySelectorAll(`[data-choose=${name}]`)) {
    button.setAttribute("aria-pressed", String(button.value === value));
  }
  if (name !== "theme") views.forEach((view) => view.draw());
}
for (const button of document.querySelectorAll("[data-choose]")) {
  button.addEventListener("click", () => choose(button.dataset.choose, button.value));
}
choose("lang", root.dataset.lang);
choose("unit", root.dataset.unit);
choose("theme", root.dataset.theme);
addEventListener("beforeprint", () => views.forEach((view) => view.draw(true)));
addEventListener("afterprint", () => views.forEach((view) => view.draw()));
