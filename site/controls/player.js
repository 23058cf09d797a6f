// Plays recorded controls. An element with data-recording="LESSON/CELL" holds the saved picture of
// a control and its text. Where record.py has recorded that control, the element gets the
// control's inputs, and the picture and the text follow them. Otherwise the picture stands still.

(() => {
  const FOLDER = new URL("./", document.currentScript.src);
  const STEP = 700; // milliseconds between two steps of what plays

  // Recordings are scripts, because a page that was opened as a file may read no other files.
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
        arrived[id] ? resolve(arrived[id]) : reject(new Error(`no recording ${id}`));
      };
      document.head.append(script);
    }));
  }

  function make(tag, properties = {}, ...children) {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  }

  function draw(tag, attributes) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    return node;
  }

  const button = (textContent, onclick) => make("button", { type: "button", textContent, onclick });
  const labelled = (name, ...nodes) => make("label", {}, make("span", { textContent: name }), ...nodes);
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  const wordFor = (input, value) => input.words[input.values.findIndex((other) => same(other, value))];

  // What anywidget's scripts expect of a model.
  function standIn(values, changed) {
    const listeners = [];
    return {
      get: (name) => values[name],
      on: (event, listener) => listeners.push(listener),
      set: (name, value) => ((values[name] = value), listeners.forEach((listener) => listener())),
      save_changes: () => changed(values.value),
    };
  }

  // --- inputs: each has a node, and show(options, value)

  function slider(input, choose) {
    let options, before;
    const range = make("input", { type: "range", min: 0, step: 1 });
    const word = make("output");
    range.oninput = () => choose(options[range.value]);
    // A finger that scrolls the page may touch a slider, and does not mean it.
    range.onpointerdown = () => (before = range.value);
    range.onpointercancel = () => choose(options[before]);
    return {
      node: labelled(input.label, range, word),
      show(now, value) {
        options = now;
        range.max = options.length - 1;
        range.value = options.findIndex((option) => same(option, value));
        range.hidden = options.length < 2;
        word.textContent = range.ariaValueText = wordFor(input, value);
      },
    };
  }

  // A slider whose values follow each other in time.
  function timeline(input, choose) {
    const line = slider(input, choose);
    const range = line.node.querySelector("input");
    let timer;
    const move = (by) => {
      range.value = +range.value + by; // it stays within its range by itself
      range.oninput();
    };
    const stop = () => {
      timer = clearInterval(timer);
      play.textContent = "Play";
    };
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
      if (target.matches("button")) ({ ArrowLeft: back, ArrowRight: next })[key]?.click();
    });
    range.addEventListener("pointerdown", stop);
    range.addEventListener("keydown", stop);
    document.addEventListener("slidechanged", stop);
    return { node, show: line.show };
  }

  function list(input, choose) {
    let options;
    const select = make("select");
    select.onchange = () => choose(options[select.selectedIndex]);
    return {
      node: labelled(input.label, select),
      show(now, value) {
        if (!same(now, options)) {
          options = now;
          const words = options.map((option) => wordFor(input, option));
          select.replaceChildren(...words.map((textContent) => make("option", { textContent })));
        }
        select.selectedIndex = options.findIndex((option) => same(option, value));
      },
    };
  }

  function table(input, choose) {
    const el = make("div");
    window.courseWidgets.confusion_table.render({ model: standIn({ ...input }, choose), el });
    return { node: el, show() {} };
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
    const DASHES = { "-": "", "--": "8 4", "-.": "8 4 2 4", ":": "2 3" };
    let shown = recording.first.map((label) => ({ label, number: runs[label].epochs.length }));
    let timer;
    picture.src = `data:image/webp;base64,${recording.pictures[0]}`;
    picture.alt = "Two pairs of axes: training loss and validation accuracy over the epochs.";
    const curves = draw("svg", { viewBox: "0 0 1 1", preserveAspectRatio: "none" });
    const frame = make("div", { className: "frame" });
    const list = make("ul");
    picture.replaceWith(frame);
    frame.append(picture, curves);
    const choice = (values, selectedIndex) => {
      const options = values.map((textContent) => make("option", { textContent }));
      return Object.assign(make("select", {}, ...options), { selectedIndex });
    };
    const rate = choice(rates, recording.chosen[0]);
    const size = choice(sizes, recording.chosen[1]);
    const speed = choice([1, 4, 20], 0); // epochs a second
    const start = button("Start", () => {
      const label = labels[rate.selectedIndex][size.selectedIndex];
      const run = { label, number: 0 };
      shown = [...shown.filter((other) => other.label !== label), run];
      const { epochs } = runs[label], began = performance.now();
      timer = setInterval(() => {
        const now = ((performance.now() - began) / 1000) * speed.value;
        run.number = epochs.filter((epoch) => epoch <= now).length;
        run.number === epochs.length ? halt() : show();
      }, 50);
      show();
      stop.focus();
    });
    const halt = () => ((timer = clearInterval(timer)), show());
    const stop = button("Stop", halt);
    document.addEventListener("slidechanged", halt);
    const clear = button("Clear", () => ((shown = []), show()));

    function show() {
      start.disabled = clear.disabled = timer !== undefined;
      // The focus must not fall on the slides, where the next key would turn them.
      if (!timer && document.activeElement === stop) start.focus();
      stop.disabled = timer === undefined;
      curves.replaceChildren();
      list.replaceChildren();
      shown.forEach(({ label, number }, place) => {
        const { texts, note } = runs[label];
        const [stroke, line] = styles[place % styles.length];
        const look = { stroke, "stroke-dasharray": DASHES[line] };
        for (const points of runs[label].curves)
          curves.append(draw("polyline", { ...look, points: points.slice(0, number).join(" ") }));
        const said = number ? texts[number - 1] : `1 run, the last with ${label}: starting.`;
        const sample = draw("svg", { viewBox: "0 0 40 4", class: "sample" });
        sample.append(draw("polyline", { ...look, points: "0 2 40 2" }));
        list.append(make("li", {}, sample, said.slice(said.indexOf(label))));
        const count = shown.length === 1 ? "1 run" : `${shown.length} runs`;
        const end = number === texts.length && note ? ` ${note}` : "";
        text.textContent = said.replace("1 run", count) + end;
      });
      if (!shown.length) text.textContent = recording.none;
    }

    show();
    const settings = [
      labelled("learning rate", rate),
      labelled("batch size", size),
      labelled("epochs a second", speed),
      make("div", { className: "timeline" }, start, stop, clear),
    ];
    const textContent = "Recorded: each training ran once, and is replayed.";
    box.prepend(make("div", { className: "inputs" }, ...settings));
    box.append(list, make("p", { className: "note", textContent }));
  }

  // --- the pad, which needs no recording of answers: it computes them

  function playPad(box, recording) {
    const bytes = Uint8Array.from(atob(recording.weights), (letter) => letter.charCodeAt(0));
    const model = standIn({ ...recording, weights: new DataView(bytes.buffer) }, () => {});
    const el = make("div");
    window.courseWidgets.drawing_pad.render({ model, el });
    box.replaceChildren(el);
  }

  function begin(box) {
    const saved = [...box.childNodes].map((node) => node.cloneNode(true));
    const stand = () => box.replaceChildren(...saved, make("p", { className: "note", textContent: window.courseStill }));
    load(box.dataset.recording)
      .then((recording) => {
        ({ states: playStates, runs: playRuns, pad: playPad })[recording.kind](box, recording);
        box.querySelector("img")?.addEventListener("error", stand);
        box.dataset.plays = recording.kind;
      })
      .catch(stand);
    // On slides keys belong to the control that has the focus, but for those of a clicker.
    box.addEventListener("keydown", (event) => {
      if (!window.Reveal) return;
      if (["PageUp", "PageDown", "Escape"].includes(event.key)) {
        event.preventDefault();
        document.activeElement.blur();
      }
      if (!event.key.startsWith("Page")) event.stopPropagation();
    });
  }

  // A recording is loaded when its control is about to be seen.
  function look(entries) {
    for (const { target } of entries.filter((entry) => entry.isIntersecting)) {
      observer.unobserve(target);
      begin(target);
    }
  }
  const observer = new IntersectionObserver(look, { rootMargin: "800px" });
  document.addEventListener("DOMContentLoaded", () => {
    for (const box of document.querySelectorAll("[data-recording]")) observer.observe(box);
  });
})();
