/* The outline of the learning front end, as far as its badges hold on to it, rendered anew whenever somebody asks. */
const COURSE = "course-v1:Acme+X+1";
const key = (type, name) => `block-v1:Acme+X+1+type@${type}+block@${name}`;
const PARTS = [
  { name: "one", title: "Begin", units: ["a", "b"], open: true },
  { name: "two", title: "Middle", units: ["d"], open: false },
  { name: "three", title: "Twin", units: ["c"], open: false },
  { name: "four", title: "Twin", units: ["z"], open: false },
];
const root = document.getElementById("outline-sidebar-outline");
const place = document.getElementById("place");
let unmount = () => {};
let unit = "a";

function node(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content.firstElementChild;
}

function address(part, name, course = COURSE) {
  const path = `/learning/course/${course}/${key("sequential", part)}/${key("vertical", name)}`;
  return name === "b" ? path.replace(/[+@:]/g, encodeURIComponent) : path;
}

const link = (part, name) => node(
  `<li><a class="row" href="${address(part.name, name)}"><div><svg width="9" height="9"></svg></div><div><span data-title>Unit ${name}</span>`
  + `<span class="sr-only">, incomplete</span></div></a></li>`
);

function body(part) {
  const list = node('<ol class="units"></ol>');
  for (const name of part.units) list.append(link(part, name));
  return list;
}

function render() {
  root.replaceChildren(...PARTS.map((part) => {
    const row = node(
      '<li><div class="collapsible-trigger" role="button" tabindex="0"><div></div>'
      + `<div><span data-title>${part.title}</span><span class="sr-only">, incomplete</span></div><svg width="9" height="9"></svg></div></li>`
    );
    row.firstElementChild.setAttribute("aria-expanded", part.open);
    if (part.open) row.append(body(part));
    return row;
  }));
  root.append(node(`<li><a href="/learning/course/course-v1:Other+Y+1/${key("sequential", "one")}/${key("vertical", "a")}">Other</a></li>`));
}

window.rows = () => JSON.stringify([...root.querySelectorAll("li, a, div")].map((each) => {
  const box = each.getBoundingClientRect();
  return [box.x, box.y, box.width, box.height];
}));
window.begin = () => {
  unmount = window.MandatoryAssignments.mount(place, { surface: "sidebar", courseId: COURSE, unitId: unit });
};
window.end = () => unmount();
window.show = (name) => {
  unmount();
  unit = name;
  window.begin();
};
window.retitle = () => {
  for (const each of root.querySelectorAll(".sr-only")) each.firstChild.nodeValue = ", incomplete";
};
window.replaceLinks = () => {
  for (const each of root.querySelectorAll(".units li")) each.replaceWith(each.cloneNode(true));
};
window.grow = () => {
  for (const each of root.querySelectorAll("a.row")) each.append(node("<i></i>"));
};
window.double = () => {
  for (const each of root.querySelectorAll("a.row > .ma-badge")) each.parentElement.append(each.cloneNode(true));
};
window.toggle = (title) => {
  const at = PARTS.findIndex((part) => part.title === title);
  const row = root.children[at];
  PARTS[at].open = !PARTS[at].open;
  row.firstElementChild.setAttribute("aria-expanded", PARTS[at].open);
  if (PARTS[at].open) row.append(body(PARTS[at]));
  else row.lastElementChild.remove();
};
window.slot = (name) => {
  const inside = node("<div></div>");
  root.querySelector(`a[href$="${name}"]`).append(inside);
  return window.MandatoryAssignments.mount(inside, { surface: "sidebar-unit", courseId: COURSE, unitId: key("vertical", name) });
};
window.sections = () => root.replaceChildren(node("<li><button>First</button></li>"), node("<li><button>Second</button></li>"));
window.late = () => {
  const gone = document.createElement("div");
  const stop = window.MandatoryAssignments.mount(gone, { surface: "unit-note", courseId: COURSE, unitId: unit });
  stop();
  stop();
  window.MandatoryAssignments.mount(gone, { surface: "nonsense" })();
  window.MandatoryAssignments.mount(null, null)();
};
render();
