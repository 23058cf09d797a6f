// A square to draw on with a mouse, a finger, a pen or the arrow keys. Beside it stands what a
// network makes of the drawing, computed by network.js, which goes before this file.
// `value` holds the strokes, each a list of [x, y] in pixels from the top left.

const SEND_EVERY = 100; // milliseconds between two messages to Python while a stroke grows
const KEY_STEP = 10; // pixels that an arrow key moves the pen
const BLUE = "#0072B2", ORANGE = "#D55E00"; // as COLORS in figures.py
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const STYLE = `
  .drawing-pad { display: flex; flex-wrap: wrap; gap: 8px 24px; color: var(--jp-ui-font-color1); }
  .drawing-pad .paper, .drawing-pad .seen { margin: 1px; box-shadow: 0 0 0 1px #555; background: white; }
  .drawing-pad .paper { display: block; max-width: 100%; margin-bottom: 8px; }
  .drawing-pad .paper { touch-action: none; cursor: crosshair; }
  .drawing-pad .answer { flex: 0 1 375px; min-width: 0; }
  .drawing-pad p { margin: 0 0 4px; min-height: 34px; font-size: 14px; line-height: 17px; font-weight: bold; }
  .drawing-pad .side { display: flex; flex-wrap: wrap; gap: 12px 16px; font-size: 12px; }
  .drawing-pad .seen { display: block; width: 140px; height: 140px; image-rendering: pixelated; }
  .drawing-pad .bars { display: flex; gap: 3px; height: 142px; text-align: center; }
  .drawing-pad .bar { display: flex; flex-direction: column; width: 17px; }
  .drawing-pad .bar div { flex: 1; display: flex; align-items: end; background: #8882; }
  .drawing-pad .bar i { width: 100%; background: ${BLUE}; }
  .drawing-pad .bar.largest i { background: ${ORANGE}; }
`;

function render({ model, el }) {
  const size = model.get("size");
  const layerDims = model.get("layer_dims");
  const layers = unpackWeights(model.get("weights"), layerDims, model.get("scales"));
  const digits = Array.from({ length: layerDims.at(-1) }, (_, digit) => digit);
  el.innerHTML = `
    <style>${STYLE}</style>
    <div class="drawing-pad">
      <div>
        <canvas class="paper" width="${size}" height="${size}" tabindex="0" role="application"
          aria-label="Drawing pad. Draw with the mouse or a finger. With the keyboard: arrow keys
            move the pen, the space bar lowers and lifts it, Delete clears."></canvas>
        <button type="button" class="jupyter-button">Clear</button>
      </div>
      <div class="answer">
        <p aria-live="polite"></p>
        <div class="side">
          <div>
            what the network sees
            <canvas class="seen" width="28" height="28" role="img"
              aria-label="What the network sees: the drawing in 28 x 28 pixels"></canvas>
          </div>
          <div>
            probability
            <div class="bars" role="img">
              ${digits.map((digit) => `<div class="bar"><div><i></i></div>${digit}</div>`).join("")}
            </div>
          </div>
        </div>
      </div>
    </div>`;
  const canvas = el.querySelector(".paper");
  const seen = el.querySelector(".seen").getContext("2d");
  const bars = el.querySelector(".bars");
  const sentence = el.querySelector("p");
  const context = canvas.getContext("2d");
  let strokes = [];
  let pen = null; // where the keyboard's pen stands, once an arrow key was pressed
  let isDown = false;
  let timer = null;

  function paint() {
    context.clearRect(0, 0, size, size);
    Object.assign(context, { lineWidth: model.get("pen_width"), lineCap: "round", lineJoin: "round" });
    context.strokeStyle = "black";
    for (const stroke of strokes) {
      context.beginPath();
      context.moveTo(...stroke[0]);
      // A single point becomes a dot, because the line's ends are round.
      for (const point of stroke) context.lineTo(...point);
      context.stroke();
    }
    if (pen) {
      context.fillStyle = isDown ? ORANGE : BLUE;
      context.fillRect(pen[0] - 4, pen[1] - 4, 8, 8);
    }
  }

  function answer() {
    const picture = pictureOfStrokes(strokes, size, model.get("pen_width"));
    const isEmpty = !picture.includes(255);
    const digit = isEmpty ? new Float64Array(784) : prepareDigit(picture, size);
    const probabilities = isEmpty ? digits.map(() => 0) : forward(digit, layers);
    const largest = isEmpty ? null : probabilities.indexOf(Math.max(...probabilities));

    const image = seen.createImageData(28, 28);
    digit.forEach((ink, i) => image.data.set([...Array(3).fill(255 * (1 - ink)), 255], 4 * i));
    seen.putImageData(image, 0, 0);
    [...bars.children].forEach((bar, k) => {
      bar.classList.toggle("largest", k === largest);
      bar.querySelector("i").style.height = `${100 * probabilities[k]}%`;
    });
    const listed = digits.map((k) => `${k}: ${probabilities[k].toFixed(3)}`).join(", ");
    bars.ariaLabel = isEmpty ? "No probabilities yet" : `Probabilities. ${listed}`;
    sentence.textContent = isEmpty
      ? "The pad is empty. Draw a digit."
      : `The network says ${largest}, with probability ${probabilities[largest].toFixed(3)}.`;
  }

  function send() {
    clearTimeout(timer);
    timer = null;
    model.set("value", structuredClone(strokes));
    model.save_changes();
  }

  function extend(point) {
    strokes.at(-1).push(point);
    paint();
    answer();
    timer ??= setTimeout(send, SEND_EVERY);
  }

  function clear() {
    strokes = [];
    isDown = false;
    paint();
    answer();
    send();
  }

  function position(event) {
    const box = canvas.getBoundingClientRect();
    // The page may show the canvas larger or smaller than it is.
    const scale = size / box.width;
    return [event.clientX - box.left, event.clientY - box.top].map((c) => Math.round(c * scale));
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    pen = null;
    isDown = true;
    strokes.push([]);
    extend(position(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (isDown && !pen && event.isPrimary) extend(position(event));
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, (event) => {
      if (!isDown || pen || !event.isPrimary) return;
      isDown = false;
      send();
    });
  }

  canvas.addEventListener("keydown", (event) => {
    if (event.key === "Delete" || event.key === "Backspace") clear();
    else if (event.key === " ") {
      pen ??= [size / 2, size / 2];
      isDown = !isDown;
      if (isDown) {
        strokes.push([]);
        extend([...pen]);
      } else send();
      paint();
    } else if (event.key in ARROWS) {
      pen ??= [size / 2, size / 2];
      pen = pen.map((c, i) => Math.min(Math.max(c + KEY_STEP * ARROWS[event.key][i], 0), size));
      if (isDown) extend([...pen]);
      paint();
    } else return;
    // JupyterLab would take these keys for its own commands.
    event.preventDefault();
    event.stopPropagation();
  });
  el.querySelector("button").addEventListener("click", clear);

  function receive() {
    // While a stroke grows, what comes from Python is older than what is on the canvas.
    if (isDown) return;
    strokes = structuredClone(model.get("value"));
    paint();
    answer();
  }
  model.on("change:value", receive);
  receive();
}

export default { render };
