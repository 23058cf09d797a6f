// A confusion matrix whose cells can be chosen, by a click or with the arrow keys.
// `value` is [true class, predicted class].

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function render({ model, el }) {
  const counts = model.get("counts");
  const classes = counts.map((_, k) => k);
  const errors = classes.flatMap((t) => classes.filter((p) => p !== t).map((p) => counts[t][p]));
  const most = Math.max(1, ...errors);

  el.innerHTML = `
    <table class="confusion-table" style="border-collapse: collapse; font-size: 15px">
      <caption>Rows: true digit. Columns: what the network said. Choose a cell.</caption>
      <tr><td></td>${classes.map((p) => `<th scope="col">${p}</th>`).join("")}</tr>
      ${classes
        .map(
          (t) => `<tr><th scope="row">${t}</th>${classes
            .map((p) => `<td style="padding: 1px"><button type="button" data-true="${t}" data-predicted="${p}"
              aria-label="true ${t}, called ${p}: ${counts[t][p]}">${counts[t][p]}</button></td>`)
            .join("")}</tr>`,
        )
        .join("")}
    </table>`;

  const button = (t, p) => el.querySelector(`[data-true="${t}"][data-predicted="${p}"]`);

  function mark() {
    const [chosenTrue, chosenPredicted] = model.get("value");
    for (const t of classes)
      for (const p of classes) {
        const isChosen = t === chosenTrue && p === chosenPredicted;
        // Shaded by its errors; the diagonal stays white, as in the picture of the matrix.
        const share = t === p ? 0 : counts[t][p] / most;
        const cell = button(t, p);
        cell.setAttribute("aria-pressed", isChosen);
        // One stop for the Tab key; the arrow keys move within the table.
        cell.tabIndex = isChosen ? 0 : -1;
        cell.style.cssText = `width: 46px; height: 28px; cursor: pointer; color: black;
          font-weight: ${t === p ? "bold" : "normal"};
          border: ${isChosen ? "3px solid #D55E00" : "1px solid #bbb"};
          background: rgb(${[0, 114, 178].map((c) => 255 - (255 - c) * share * 0.6).join(",")})`;
      }
  }

  function choose(t, p) {
    model.set("value", [t, p]);
    model.save_changes();
    button(t, p).focus();
  }

  el.addEventListener("click", ({ target }) => {
    if (target.matches("[data-true]")) choose(+target.dataset.true, +target.dataset.predicted);
  });
  el.addEventListener("keydown", (event) => {
    if (!(event.key in ARROWS) || !event.target.matches("[data-true]")) return;
    const [down, right] = ARROWS[event.key];
    const clamp = (k) => Math.min(Math.max(k, 0), counts.length - 1);
    choose(clamp(+event.target.dataset.true + down), clamp(+event.target.dataset.predicted + right));
    // JupyterLab would move to the next cell of the notebook.
    event.preventDefault();
    event.stopPropagation();
  });
  model.on("change:value", mark);
  mark();
}

export default { render };
