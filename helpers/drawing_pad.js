// A square to draw on with a mouse, a finger, a pen or the arrow keys.
// `value` holds the strokes, each a list of [x, y] in pixels from the top left.

const SEND_EVERY = 100; // milliseconds between two messages to Python while a stroke grows
const KEY_STEP = 10; // pixels that an arrow key moves the pen
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function render({ model, el }) {
  const size = model.get("size");
  el.innerHTML = `
    <div class="drawing-pad">
      <canvas width="${size}" height="${size}" tabindex="0" role="application"
        aria-label="Drawing pad. Draw with the mouse or a finger. With the keyboard: arrow keys
          move the pen, the space bar lowers and lifts it, Delete clears."></canvas>
      <button type="button" class="jupyter-button">Clear</button>
    </div>`;
  const canvas = el.querySelector("canvas");
  canvas.style.cssText = "border: 1px solid #555; background: white; touch-action: none; cursor: crosshair";
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
      context.fillStyle = isDown ? "#D55E00" : "#0072B2";
      context.fillRect(pen[0] - 4, pen[1] - 4, 8, 8);
    }
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
    timer ??= setTimeout(send, SEND_EVERY);
  }

  function clear() {
    strokes = [];
    isDown = false;
    paint();
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
  }
  model.on("change:value", receive);
  receive();
}

export default { render };
