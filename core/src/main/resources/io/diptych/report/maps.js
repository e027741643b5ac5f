// Zooms into maps of images and shows the images.

const WHOLE = 1000;
const NEAREST = WHOLE / 64;
/** From this few images in sight on, they are shown in place of their dots. */
const PICTURED = 150;

function thumbnails(sprite) {
  const size = Number(sprite.dataset.size);
  const columns = Number(sprite.dataset.columns);
  return (context, image, x, y, side) => {
    const from = [size * (image % columns), size * Math.floor(image / columns)];
    context.imageSmoothingEnabled = side < size;
    context.drawImage(sprite, ...from, size, size, x, y, side, side);
  };
}

function map(figure, atlas) {
  const svg = figure.querySelector("svg");
  const label = svg.getAttribute("aria-label");
  const stage = make("div", { class: "stage" });
  const layer = make("canvas", { class: "layer" });
  const hint = make("div", { class: "hint", hidden: "", "aria-live": "polite" });
  const aim = make("svg:circle", { class: "aim", "data-cursor": "", visibility: "hidden" });
  svg.replaceWith(stage);
  svg.append(aim);
  stage.append(svg, layer, hint);
  const points = all(svg, "path").flatMap(path => places(path).map((place, i) => ({
    ...place, path, image: atlas.imagesOf.get(path.dataset.class)[i],
  })));
  const view = { x: 0, y: 0, size: WHOLE };

  const visible = point => !point.path.classList.contains("off");

  function nearest(x, y, reach) {
    let best = null;
    let least = reach * reach;
    for (const point of points) {
      const distance = (point.x - x) ** 2 + (point.y - y) ** 2;
      if (distance <= least && visible(point)) {
        least = distance;
        best = point;
      }
    }
    return best;
  }

  function show(point) {
    hint.hidden = !point;
    aim.setAttribute("visibility", point ? "visible" : "hidden");
    if (!point) {
      return;
    }
    aim.setAttribute("cx", point.x);
    aim.setAttribute("cy", point.y);
    aim.setAttribute("r", 9 * view.size / svg.clientWidth);
    const across = (point.x - view.x) / view.size;
    const down = (point.y - view.y) / view.size;
    hint.style.cssText = `left: ${100 * across}%; top: ${100 * down}%`;
    hint.className = `hint ${across > 0.5 ? "before" : "after"} ${down > 0.5 ? "above" : "below"}`;
    const picture = [];
    if (atlas.draw) {
      const canvas = make("canvas", { width: 96, height: 96 });
      atlas.draw(canvas.getContext("2d"), point.image, 0, 0, 96);
      picture.push(canvas);
    }
    hint.replaceChildren(...picture, make("b", {}, atlas.names.get(point.path.dataset.class)),
      make("span", {}, "image " + atlas.indices[point.image]));
  }

  /** Draws the images themselves where there is room for them. */
  function picture() {
    const side = svg.clientWidth;
    const density = window.devicePixelRatio;
    layer.width = layer.height = Math.round(side * density);
    const inSight = points.filter(point => visible(point)
      && point.x >= view.x && point.x <= view.x + view.size
      && point.y >= view.y && point.y <= view.y + view.size);
    if (!atlas.draw || inSight.length > PICTURED || view.size === WHOLE) {
      return;
    }
    const context = layer.getContext("2d");
    context.scale(density, density);
    const size = clamp(side / 14, 24, 44);
    for (const point of inSight) {
      const x = side * (point.x - view.x) / view.size - size / 2;
      const y = side * (point.y - view.y) / view.size - size / 2;
      context.fillStyle = getComputedStyle(point.path).stroke;
      context.fillRect(x - 2, y - 2, size + 4, size + 4);
      atlas.draw(context, point.image, x, y, size);
    }
  }

  function look(x, y, size) {
    view.size = clamp(size, NEAREST, WHOLE);
    view.x = clamp(x, 0, WHOLE - view.size);
    view.y = clamp(y, 0, WHOLE - view.size);
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.size} ${view.size}`);
    svg.style.setProperty("--dot", 4 + Math.log2(WHOLE / view.size) + "px");
    svg.style.touchAction = view.size < WHOLE ? "none" : "pan-y";
    show(null);
    picture();
  }

  /** Enlarges around a place, given as parts of the width and height. */
  function zoom(factor, across = 0.5, down = 0.5) {
    const size = clamp(view.size / factor, NEAREST, WHOLE);
    look(view.x + across * (view.size - size), view.y + down * (view.size - size), size);
  }

  const pan = (across, down) =>
    look(view.x + across * view.size, view.y + down * view.size, view.size);

  const showCentre = () =>
    show(nearest(view.x + view.size / 2, view.y + view.size / 2, view.size / 2));

  function part(event) {
    const box = svg.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  const KEYS = {
    "+": () => zoom(1.5),
    "=": () => zoom(1.5),
    "-": () => zoom(1 / 1.5),
    "0": () => look(0, 0, WHOLE),
    ArrowLeft: () => pan(-0.1, 0),
    ArrowRight: () => pan(0.1, 0),
    ArrowUp: () => pan(0, -0.1),
    ArrowDown: () => pan(0, 0.1),
  };
  svg.addEventListener("keydown", event => {
    if (KEYS[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      KEYS[event.key]();
      showCentre();
    }
  });
  svg.addEventListener("focus", () => {
    if (svg.matches(":focus-visible")) {
      showCentre();
    }
  });
  svg.addEventListener("blur", () => show(null));
  svg.addEventListener("wheel", event => {
    // Whoever scrolls the page over a map does not mean the map, unless it was chosen before.
    if (event.ctrlKey || event.metaKey || document.activeElement === svg) {
      event.preventDefault();
      zoom(Math.exp(-clamp(event.deltaY, -100, 100) / 200), ...part(event));
    }
  }, { passive: false });
  follow(svg, part, pan, zoom, (across, down) =>
    show(nearest(view.x + across * view.size, view.y + down * view.size,
      16 * view.size / svg.clientWidth)), () => show(null));
  new ResizeObserver(picture).observe(svg);

  svg.setAttribute("tabindex", "0");
  svg.setAttribute("role", "application");
  svg.setAttribute("aria-label", label + " Arrow keys move, plus and minus zoom, 0 shows it all; "
    + "the image nearest to the middle is named.");
  figure.querySelector(".tools").prepend(
    button("+", "Zoom in", () => zoom(1.5)),
    button("−", "Zoom out", () => zoom(1 / 1.5)),
    button("Reset", "Show the whole map", () => look(0, 0, WHOLE)));
  return { picture };
}

/** Pointers on a map: one moves it or only hovers, two pinch it. */
function follow(svg, part, pan, zoom, hover, leave) {
  const pressed = new Map();
  svg.addEventListener("pointerdown", event => {
    pressed.set(event.pointerId, part(event));
    svg.focus({ preventScroll: true, focusVisible: false });
    event.preventDefault();
    hover(...part(event));
  });
  svg.addEventListener("pointermove", event => {
    const now = part(event);
    const before = pressed.get(event.pointerId);
    if (!before) {
      hover(...now);
      return;
    }
    svg.setPointerCapture(event.pointerId);
    if (pressed.size === 1) {
      pan(before[0] - now[0], before[1] - now[1]);
    } else {
      const other = [...pressed].find(([id]) => id !== event.pointerId)[1];
      const apart = place => Math.hypot(place[0] - other[0], place[1] - other[1]);
      zoom(apart(now) / Math.max(0.01, apart(before)), other[0], other[1]);
    }
    pressed.set(event.pointerId, now);
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) {
    svg.addEventListener(end, event => pressed.delete(event.pointerId));
  }
  // What a finger touched stays named when the finger is gone.
  svg.addEventListener("pointerleave", event => event.pointerType === "mouse" && leave());
}

function atlas(box) {
  const labels = box.dataset.labels.split(" ");
  const sprite = box.querySelector("img.sprite");
  const entries = all(box, ".legend li");
  const imagesOf = new Map(entries.map(entry => [entry.dataset.class, []]));
  labels.forEach((label, i) => imagesOf.get(Number(label) < 0 ? "-1" : label).push(i));
  const shared = {
    indices: numbers(box.dataset.indices),
    names: new Map(entries.map(entry => [entry.dataset.class, entry.textContent])),
    draw: sprite ? thumbnails(sprite) : null,
    imagesOf,
  };
  const figures = all(box, "figure");
  const maps = figures.map(figure => map(figure, shared));
  entries.forEach(entry => legendButton(entry, box, maps));
  if (figures.length > 1) {
    switcher(box, figures);
  }
  box.append(make("p", { class: "note" }, "Click a map, then scroll or pinch to zoom and drag to"
    + " move; or + − 0 and the arrow keys. Close up, the images themselves appear."));
}

/** Makes an entry of the legend hide and show its class, and point it out under the mouse. */
function legendButton(entry, box, maps) {
  const paths = () => all(box, `path[data-class="${entry.dataset.class}"]`);
  const content = make("button", { type: "button", "aria-pressed": "true" }, ...entry.childNodes);
  content.addEventListener("click", () => {
    const on = content.getAttribute("aria-pressed") !== "true";
    content.setAttribute("aria-pressed", on);
    paths().forEach(path => path.classList.toggle("off", !on));
    maps.forEach(one => one.picture());
  });
  const point = on => {
    box.classList.toggle("pointing", on);
    paths().forEach(path => path.classList.toggle("pointed", on));
  };
  content.addEventListener("pointerenter", () => point(true));
  content.addEventListener("pointerleave", () => point(false));
  content.addEventListener("focus", () => point(content.matches(":focus-visible")));
  content.addEventListener("blur", () => point(false));
  entry.append(content);
}

/** Shows one map large, or all side by side. */
function switcher(box, figures) {
  const grid = box.querySelector(".atlas");
  const group = make("div", { class: "switch", role: "group", "aria-label": "Which map" });
  const choose = (chosen, pressed) => {
    grid.classList.toggle("one", Boolean(chosen));
    figures.forEach(figure => figure.classList.toggle("chosen", figure === chosen));
    all(group, "button").forEach(one => one.setAttribute("aria-pressed", one === pressed));
  };
  const add = (text, figure) => {
    const one = make("button", { type: "button" }, text);
    one.addEventListener("click", () => choose(figure, one));
    group.append(one);
    return one;
  };
  const buttons = figures.map(one => add(one.querySelector("strong").textContent, one));
  add("Side by side", null);
  grid.before(group);
  choose(figures[0], buttons[0]);
}
