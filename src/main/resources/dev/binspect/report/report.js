"use strict";
(() => {
  const root = document.documentElement;
  const theme = document.getElementById("theme");
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });

  const words = (input) => input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b)));

  // The heads of a table become buttons; sort(column, up) puts its rows in order.
  const sortable = (table, sort) => {
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.textContent = "";
      head.append(button);
      button.addEventListener("click", () => {
        const now = head.getAttribute("aria-sort");
        const up = now ? now === "descending" : !head.classList.contains("n");
        for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        sort(column, up);
      });
    });
  };

  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.v === undefined ? cell.textContent.toLowerCase() : Number(cell.dataset.v);
  };
  for (const table of document.querySelectorAll("table.sort")) {
    sortable(table, (column, up) => {
      const rows = [...table.tBodies[0].rows].map((row) => [value(row, column), row]);
      rows.sort((a, b) => (up ? compare(a[0], b[0]) : compare(b[0], a[0])));
      table.tBodies[0].append(...rows.map((r) => r[1]));
    });
  }

  for (const find of document.querySelectorAll(".find")) {
    find.hidden = false;
    const input = find.querySelector("input");
    const told = find.querySelector("output");
    const rows = [...document.getElementById(input.dataset.table).tBodies[0].rows].map((row) => [row.textContent.toLowerCase(), row]);
    input.addEventListener("input", () => {
      const asked = words(input);
      let shown = 0;
      for (const [text, row] of rows) {
        const fits = asked.every((word) => text.includes(word));
        row.hidden = !fits;
        shown += fits ? 1 : 0;
      }
      told.textContent = asked.length ? `${shown} of ${rows.length}` : "";
    });
  }

  // Packed bindings: HtmlBindings says how they are written.
  const unpacked = async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const text = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
    const lines = text.split("\n");
    const count = Number(lines[0]);
    const objects = lines.slice(1, count + 1);
    return lines.slice(count + 1, -1).map((line) => {
      const [from, to, symbol, mangled, version, kind, lookups, cached, probes] = line.split("\t");
      const asks = objects[from];
      const answers = to < 0 ? "nobody" : objects[to];
      const full = version ? `${symbol}@${version}` : symbol;
      return {
        cells: [full, asks, answers, Number(lookups), Number(probes)],
        more: [kind === "normal" ? "" : kind, cached > 0 ? `${cached} more from the cache` : ""].filter(Boolean).join(", "),
        mangled,
        text: `${full}\t${mangled}\t${asks}\t${answers}\t${kind}`.toLowerCase(),
      };
    });
  };
  const number = new Intl.NumberFormat("en");
  const row = (binding) => {
    const tr = document.createElement("tr");
    binding.cells.forEach((content, column) => {
      const td = document.createElement("td");
      td.className = column < 3 ? "name" : "n";
      td.textContent = column < 3 ? content : number.format(content);
      if (column === 0) {
        if (binding.mangled) td.title = binding.mangled;
        if (binding.more) {
          const small = document.createElement("small");
          small.textContent = ` ${binding.more}`;
          td.append(small);
        }
      }
      tr.append(td);
    });
    return tr;
  };
  const step = 20;
  for (const section of document.querySelectorAll(".lookups")) {
    unpacked(section.querySelector("script").textContent).then((all) => {
      const table = section.querySelector("table");
      const more = section.querySelector(".more");
      const input = section.querySelector("input");
      const told = section.querySelector("output");
      let fitting = all;
      let order = null;
      const show = (count) => {
        table.tBodies[0].replaceChildren(...fitting.slice(0, count).map(row));
        more.hidden = fitting.length <= count;
        told.textContent = `${number.format(fitting.length)} of ${number.format(all.length)}` + (more.hidden ? "" : `, the first ${count} shown`);
      };
      const search = () => {
        const asked = words(input);
        fitting = all.filter((binding) => asked.every((word) => binding.text.includes(word)));
        if (order) fitting.sort(order);
        show(step);
      };
      sortable(table, (column, up) => {
        order = (a, b) => (up ? compare(a.cells[column], b.cells[column]) : compare(b.cells[column], a.cells[column]));
        search();
      });
      input.addEventListener("input", search);
      more.addEventListener("click", () => {
        const shown = table.tBodies[0].rows.length;
        show(shown + 10 * step);
        table.tBodies[0].rows[shown].scrollIntoView({ block: "nearest" });
      });
      section.querySelector(".search").hidden = false;
      section.querySelector(".scroll").hidden = false;
      search();
    }).catch(() => {
      const said = document.createElement("p");
      said.textContent = "This browser cannot unpack them: binspect bindings prints them.";
      section.append(said);
    });
  }
})();
