// Shows values under a cursor, in all charts of a group at once.

/** How near points of two lines must be to count as the same place, in the drawing's units. */
const SAME = 6;

/** Between values of an axis and places of a drawing. */
function scale(text, from, to) {
  const [low, high, kind] = text.split(" ");
  const bend = kind === "log" ? Math.log10 : value => value;
  const unbend = kind === "log" ? value => 10 ** value : value => value;
  const [first, last] = [bend(Number(low)), bend(Number(high))];
  const decimals = clamp(Math.ceil(3 - Math.log10(last - first)), 0, 9);
  return {
    place: value => from + (to - from) * (bend(value) - first) / (last - first),
    value: place => unbend(first + (last - first) * (place - from) / (to - from)),
    shown: value =>
      kind === "log" ? String(Number(value.toPrecision(3))) : value.toFixed(decimals),
  };
}

function chart(svg, group) {
  const [left, top, right, bottom] = numbers(svg.dataset.box);
  const x = scale(svg.dataset.x, left, right);
  const y = scale(svg.dataset.y, bottom, top);
  const gist = svg.closest("figure").querySelector(".gist");
  const usual = gist.textContent;
  const lines = all(svg, ".line").map(line => ({
    name: line.dataset.name,
    style: line.getAttribute("class"),
    points: places(line.querySelector(".course")),
  }));
  const cursor = make("svg:g", { class: "cursor", "data-cursor": "" });
  svg.append(cursor);

  /** Shows the values at the point that is nearest to a value of the horizontal axis. */
  function show(value) {
    const wanted = x.place(value);
    const nearest = (line, to) => line.points.reduce((best, point) =>
      Math.abs(point.x - to) < Math.abs(best.x - to) ? point : best);
    const near = nearest({ points: lines.map(line => nearest(line, wanted)) }, wanted);
    cursor.replaceChildren(make("svg:path", { d: `M${near.x} ${top}V${bottom}` }));
    const said = [];
    for (const line of lines) {
      const point = nearest(line, near.x);
      if (Math.abs(point.x - near.x) < SAME) {
        cursor.append(make("svg:circle", { class: line.style, cx: point.x, cy: point.y, r: 4 }));
        said.push((line.name ? line.name + " " : "") + y.shown(y.value(point.y)));
      }
    }
    gist.textContent = `${svg.dataset.xName} ${x.shown(x.value(near.x))}: ${said.join(" · ")}`;
  }

  function hide() {
    cursor.replaceChildren();
    gist.textContent = usual;
  }

  let at = -1;
  for (const touch of ["pointermove", "pointerdown"]) {
    svg.addEventListener(touch, event => {
      const box = svg.getBoundingClientRect();
      const place = (event.clientX - box.left) * svg.viewBox.baseVal.width / box.width;
      group.show(x.value(clamp(place, left, right)));
    });
  }
  svg.addEventListener("pointerleave", () => group.hide());
  // Only the chart that is read by keyboard is also read aloud.
  svg.addEventListener("focus", () => gist.setAttribute("aria-live", "polite"));
  svg.addEventListener("blur", () => {
    gist.removeAttribute("aria-live");
    group.hide();
  });
  svg.addEventListener("keydown", event => {
    const points = lines[0].points;
    const stride = event.shiftKey ? 10 : 1;
    const next = {
      ArrowLeft: at < 0 ? points.length - 1 : at - stride,
      ArrowRight: at + stride,
      Home: 0,
      End: points.length - 1,
    }[event.key];
    if (next === undefined) {
      return;
    }
    event.preventDefault();
    at = clamp(next, 0, points.length - 1);
    group.show(x.value(points[at].x));
  });
  svg.setAttribute("tabindex", "0");
  svg.setAttribute("role", "application");
  svg.setAttribute("aria-label", svg.getAttribute("aria-label") + " Arrow keys read its values.");
  return { show, hide };
}

function link(box) {
  const group = {
    show: value => charts.forEach(one => one.show(value)),
    hide: () => charts.forEach(one => one.hide()),
  };
  const charts = all(box, "svg.read").filter(svg => svg.querySelector(".course"))
    .map(svg => chart(svg, group));
}
