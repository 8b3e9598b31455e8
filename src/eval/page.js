"use strict";
// Sorts and filters the table of cases. Without this script the table is whole, in the order of the files.
{
  const table = document.getElementById("cases");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.value ?? cell.textContent;
  };
  const number = new Set([...table.tHead.rows[0].cells].flatMap((th, at) => th.classList.contains("number") ? [at] : []));
  for (const button of table.tHead.querySelectorAll("button")) {
    button.addEventListener("click", () => {
      const th = button.closest("th");
      const column = th.cellIndex;
      const down = th.ariaSort === "ascending";
      for (const other of table.tHead.querySelectorAll("[aria-sort]")) other.ariaSort = "none";
      th.ariaSort = down ? "descending" : "ascending";
      const order = (a, b) => number.has(column)
        ? value(a, column) - value(b, column)
        : value(a, column).localeCompare(value(b, column));
      rows.sort((a, b) => down ? order(b, a) : order(a, b));
      body.append(...rows);
    });
  }
  const wrong = document.getElementById("wrong-only");
  const words = document.getElementById("words");
  const shown = document.getElementById("shown");
  const filter = () => {
    const wanted = words.value.toLowerCase();
    let count = 0;
    for (const row of rows) {
      row.hidden = (wrong.checked && !row.classList.contains("is-wrong")) || !row.textContent.toLowerCase().includes(wanted);
      count += row.hidden ? 0 : 1;
    }
    shown.textContent = `${count} of ${rows.length} cases shown`;
  };
  wrong.addEventListener("change", filter);
  words.addEventListener("input", filter);
  document.getElementById("tools").hidden = false;
  filter();
}
