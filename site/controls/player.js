// Plays recorded controls. An element with data-recording="LESSON/CELL" holds the saved picture of
// a control and its text. Where record.py has recorded that control, the element gets the
// control's inputs, and the picture and the text follow them. Otherwise the picture stands still.

(() => {
  const FOLDER = new URL("./", document.currentScript.src);
  const STILL = "This picture stands still here: what it showed while it moved is missing.";
  const STEP = 700; // milliseconds between two steps of what plays

  // --- recordings: scripts, because a page that was opened as a file may read no other files

  const loading = {};
  const arrived = {};
  window.courseRecording = (recording) => (arrived[recording.id] = recording);

  function load(id) {
    return (loading[id] ??= new Promise((resolve, reject) => {
      const script = make("script", { src: new URL(`${id}.js`, FOLDER) });
      // What is wrong with a damaged recording stands on the page, not on the console.
      const hush = (event) => event.preventDefault();
      window.addEventListener("error", hush);
      script.onload = script.onerror = () => {
        window.removeEventListener("error", hush);
        if (arrived[id]) resolve(arrived[id]);
        else reject(new Error(`no recording ${id}`));
      };
      document.head.append(script);
    }));
  }

  // --- small helpers

  function make(tag, properties = {}, ...children) {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  }

  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

  // What anywidget's scripts expect of a model.
  function standIn(values, changed) {
    const listeners = [];
    return {
      get: (name) => values[name],
      set(name, value) {
        values[name] = value;
        for (const [event, listener] of listeners) if (event === `change:${name}`) listener();
      },
      on: (event, listener) => listeners.push([event, listener]),
      save_changes: () => changed(values.value),
    };
  }

  // --- inputs: each has a node, and show(options, value)

  function slider(input, choose) {
    let options = [];
    const range = make("input", { type: "range", min: 0, step: 1 });
    const word = make("output");
    range.oninput = () => choose(options[range.value]);
    const node = make("label", {}, make("span", { textContent: input.label }), range, word);
    return {
      node,
      show(now, value) {
        options = now;
        range.max = options.length - 1;
        range.value = options.findIndex((option) => same(option, value));
        range.disabled = options.length < 2;
        word.textContent = range.ariaValueText = input.words[JSON.stringify(value)];
      },
    };
  }

  // A slider whose values follow each other in time.
  function timeline(input, choose) {
    const line = slider(input, choose);
    const range = line.node.querySelector("input");
    let timer = null;
    const move = (by) => {
      range.value = +range.value + by; // it stays within its range by itself
      range.oninput();
    };
    const stop = () => {
      clearInterval(timer);
      timer = null;
      play.textContent = "Play";
    };
    const button = (textContent, onclick) => make("button", { type: "button", textContent, onclick });
    const back = button("Back", () => (stop(), move(-1)));
    const next = button("Next", () => (stop(), move(1)));
    const play = button("Play", () => {
      if (timer) return stop();
      if (range.value === range.max) move(-range.max);
      play.textContent = "Pause";
      timer = setInterval(() => (range.value === range.max ? stop() : move(1)), STEP);
    });
    const node = make("div", { className: "timeline" }, back, play, next, line.node);
    node.addEventListener("keydown", ({ key, target }) => {
      if (target.matches("button") && key === "ArrowLeft") back.click();
      if (target.matches("button") && key === "ArrowRight") next.click();
    });
    return { node, show: line.show };
  }

  function list(input, choose) {
    let options = [];
    const select = make("select");
    select.onchange = () => choose(options[select.selectedIndex]);
    return {
      node: make("label", {}, make("span", { textContent: input.label }), select),
      show(now, value) {
        if (!same(now, options)) {
          options = now;
          const words = options.map((option) => input.words[JSON.stringify(option)]);
          select.replaceChildren(...words.map((textContent) => make("option", { textContent })));
        }
        select.selectedIndex = options.findIndex((option) => same(option, value));
      },
    };
  }

  function table(input, choose) {
    const node = make("div");
    window.courseWidgets.confusion_table.render({ model: standIn({ ...input }, choose), el: node });
    return { node, show() {} };
  }

  const KINDS = { slider, list, table, timeline };

  // --- a control whose states were recorded

  function playStates(box, recording) {
    const { values, texts, pictures, lines, widths } = recording;
    const picture = box.querySelector("img");
    const text = box.querySelector("p");
    let chosen = values[recording.first];

    // What an input offers depends on the inputs before it.
    function options(place, before) {
      const found = values.filter((state) => same(state.slice(0, place), before.slice(0, place)));
      return [...new Map(found.map((state) => [JSON.stringify(state[place]), state[place]])).values()];
    }

    function nearest(offered, value) {
      const distance = (option) => (same(option, value) ? -1 : Math.abs(option - value) || 0);
      return offered.reduce((best, option) => (distance(option) < distance(best) ? option : best));
    }

    function choose(place, value) {
      const next = [...chosen.slice(0, place), value];
      while (next.length < chosen.length)
        next.push(nearest(options(next.length, next), chosen[next.length]));
      chosen = next;
      show();
    }

    const inputs = recording.inputs.map((input, place) =>
      KINDS[input.plays ? "timeline" : input.kind](input, (value) => choose(place, value)),
    );

    function source(number) {
      if (!lines) return `data:image/webp;base64,${pictures[number]}`;
      const blocks = pictures[number].map(([first, count]) => lines.slice(first, first + count));
      return `data:image/svg+xml,${encodeURIComponent(blocks.flat().join("\n"))}`;
    }

    function show() {
      inputs.forEach((input, place) => input.show(options(place, chosen), chosen[place]));
      const number = values.findIndex((state) => same(state, chosen));
      picture.src = source(number);
      picture.width = widths[number];
      picture.alt = text.textContent = texts[number];
    }

    show();
    box.prepend(make("div", { className: "inputs" }, ...inputs.map(({ node }) => node)));
  }

  // --- recorded trainings, over each other

  function playRuns(box, recording) {
    const { rates, sizes, labels, runs, styles } = recording;
    const picture = box.querySelector("img");
    const text = box.querySelector("p");
    const SPEEDS = [1, 4, 20]; // epochs a second
    const DASHES = { "-": "", "--": "8 4", "-.": "8 4 2 4", ":": "2 3" };
    let shown = recording.first.map((label) => ({ label, number: runs[label].epochs.length }));
    let timer = null;

    picture.src = `data:image/webp;base64,${recording.pictures[0]}`;
    picture.alt = "Two pairs of axes: training loss and validation accuracy over the epochs.";
    const curves = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    curves.setAttribute("viewBox", "0 0 1 1");
    curves.setAttribute("preserveAspectRatio", "none");
    const frame = make("div", { className: "frame" });
    picture.replaceWith(frame);
    frame.append(picture, curves);
    const rows = make("tbody");

    const choice = (label, values, selectedIndex, unit = "") => {
      const options = values.map((value) => make("option", { textContent: `${value}${unit}` }));
      const select = make("select", {}, ...options);
      select.selectedIndex = selectedIndex;
      return [select, make("label", {}, make("span", { textContent: label }), select)];
    };
    const [rate, rateLabel] = choice("learning rate", rates, recording.chosen[0]);
    const [size, sizeLabel] = choice("batch size", sizes, recording.chosen[1]);
    const [speed, speedLabel] = choice("speed", SPEEDS, 0, " epochs a second");
    const button = (textContent, onclick) => make("button", { type: "button", textContent, onclick });
    const start = button("Start", () => {
      const label = labels[rate.selectedIndex][size.selectedIndex];
      const run = { label, number: 0 };
      shown = [...shown.filter((other) => other.label !== label), run];
      const { epochs } = runs[label];
      const began = performance.now();
      timer = setInterval(() => {
        const now = ((performance.now() - began) / 1000) * SPEEDS[speed.selectedIndex];
        run.number = epochs.filter((epoch) => epoch <= now).length;
        if (run.number === epochs.length) halt();
        draw();
      }, 50);
      draw();
    });
    const halt = () => {
      clearInterval(timer);
      timer = null;
    };
    const stop = button("Stop", () => (halt(), draw()));
    const clear = button("Clear", () => ((shown = []), draw()));

    function draw() {
      start.disabled = clear.disabled = timer !== null;
      stop.disabled = timer === null;
      curves.replaceChildren();
      rows.replaceChildren();
      shown.forEach(({ label, number }, place) => {
        const { texts, note } = runs[label];
        const [color, line] = styles[place % styles.length];
        for (const points of runs[label].curves) {
          const curve = document.createElementNS(curves.namespaceURI, "polyline");
          curve.setAttribute("points", points.slice(0, number).join(" "));
          curve.style.stroke = color;
          curve.style.strokeDasharray = DASHES[line];
          curves.append(curve);
        }
        const said = number ? texts[number - 1] : `1 run, the last with ${label}: starting.`;
        const sample = make("td", { textContent: "■" });
        sample.style.color = color;
        const numbers = said.slice(said.indexOf(label) + label.length + 2);
        rows.append(make("tr", {}, sample, ...[label, numbers].map((t) => make("td", { textContent: t }))));
        const end = number === texts.length && note ? ` ${note}` : "";
        const count = shown.length === 1 ? "1 run" : `${shown.length} runs`;
        text.textContent = said.replace("1 run", count) + end;
      });
      if (!shown.length) text.textContent = recording.none;
    }

    draw();
    const settings = make("div", { className: "inputs" }, rateLabel, sizeLabel, speedLabel);
    settings.append(make("div", { className: "timeline" }, start, stop, clear));
    box.prepend(settings);
    box.append(
      make("table", {}, rows),
      make("p", { className: "note", textContent: "Recorded: each training ran once, and is replayed." }),
    );
  }

  // --- the pad, which needs no recording of answers: it computes them

  function playPad(box, recording) {
    const { weights } = recording;
    const bytes = Uint8Array.from(atob(weights), (character) => character.charCodeAt(0));
    const model = standIn({ ...recording, weights: new DataView(bytes.buffer) }, () => {});
    const pad = make("div");
    window.courseWidgets.drawing_pad.render({ model, el: pad });
    box.replaceChildren(pad);
  }

  // --- all of them

  function begin(box) {
    const saved = [...box.childNodes].map((node) => node.cloneNode(true));
    const stand = () => box.replaceChildren(...saved, make("p", { className: "note", textContent: STILL }));
    load(box.dataset.recording)
      .then((recording) => {
        ({ states: playStates, runs: playRuns, pad: playPad })[recording.kind](box, recording);
        for (const picture of box.querySelectorAll("img")) picture.addEventListener("error", stand);
        box.dataset.plays = recording.kind;
      })
      .catch(stand);
    // On slides keys belong to the control that has the focus, but for those of a clicker.
    box.addEventListener("keydown", (event) => {
      if (!window.Reveal) return;
      if (["PageUp", "PageDown", "Escape"].includes(event.key)) {
        event.preventDefault();
        document.activeElement.blur();
      } else event.stopPropagation();
    });
  }

  // A recording is loaded when its control is about to be seen.
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries)
        if (isIntersecting) {
          observer.unobserve(target);
          begin(target);
        }
    },
    { rootMargin: "800px" },
  );
  document.addEventListener("DOMContentLoaded", () => {
    for (const box of document.querySelectorAll("[data-recording]")) observer.observe(box);
  });
})();
