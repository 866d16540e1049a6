/* What the learning front ends show of mandatory assignments. A plain script; the front end's stub calls
 *
 *   const unmount = window.MandatoryAssignments.mount(element, { surface, courseId, unitId, base, api });
 *
 * `surface` is sidebar, sidebar-unit, unit-note, course-home, dashboard or header. `api` is the front end's signed-in
 * client (`api.get(url)` gives `{data}`); without one the page's own cookies do. Words and dates come from the LMS.
 * Whatever fails leaves the page as it was, and says so once in the console.
 */
(function () {
  "use strict";
  if (window.MandatoryAssignments) return;

  const VERSION = "1.0";
  const POLL_MS = 60000;
  const GAP_MS = 1000;
  const API = "/api/mandatory-assignments/v1/me/";
  const OUTLINE = "outline-sidebar-outline";
  const MARK = "data-ma-badge";
  const HOME = document.currentScript && document.currentScript.src ? new URL(document.currentScript.src).origin : "";

  let complained = false;
  function complain(error) {
    if (complained) return;
    complained = true;
    console.info("mandatory assignments are not shown:", error && error.message ? error.message : error);
  }

  /* ----- what is known: one source for each address, shared by everything on the page that shows it ----- */

  const sources = new Map();

  function sourceOf(ctx, path) {
    const url = (ctx.base || HOME || window.location.origin).replace(/\/$/, "") + API + path;
    if (!sources.has(url)) sources.set(url, newSource(url));
    const source = sources.get(url);
    if (ctx.api) source.api = ctx.api;
    return source;
  }

  async function ask(url, api) {
    if (api) return (await api.get(url)).data;
    const answer = await fetch(url, { credentials: "include", headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status + " " + url);
    return answer.json();
  }

  function newSource(url) {
    const listeners = new Set();
    const source = { api: null, data: null, subscribe, refresh };
    let asking = false, again = false, asked = -Infinity, told = "", poll = 0, later = 0;

    function refresh() {
      window.clearTimeout(later);
      if (asking) again = true;
      else if (listeners.size && Date.now() - asked < GAP_MS) later = window.setTimeout(refresh, GAP_MS);
      else if (listeners.size) load();
    }

    async function load() {
      asking = true;
      try {
        const data = await ask(url, source.api);
        const text = JSON.stringify(data);
        if (text !== told) {
          told = text;
          source.data = data;
          for (const listener of [...listeners]) attempt(() => listener(data));
        }
      } catch (error) {
        complain(error);
      }
      asked = Date.now();
      asking = false;
      if (again) {
        again = false;
        refresh();
      }
    }

    function seen() {
      if (document.visibilityState === "visible") refresh();
    }

    function subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) {
        window.addEventListener("focus", seen);
        document.addEventListener("visibilitychange", seen);
        poll = window.setInterval(seen, POLL_MS);
      }
      if (source.data) attempt(() => listener(source.data));
      refresh();
      return () => {
        listeners.delete(listener);
        if (listeners.size) return;
        window.removeEventListener("focus", seen);
        document.removeEventListener("visibilitychange", seen);
        window.clearInterval(poll);
        window.clearTimeout(later);
      };
    }
    return source;
  }

  function attempt(act) {
    try {
      return act();
    } catch (error) {
      complain(error);
      return undefined;
    }
  }

  const badgesOf = (ctx) => sourceOf(ctx, "course-badges/?view=script&course=" + encodeURIComponent(ctx.courseId));

  /* ----- how it looks ----- */

  const STYLE = `
.ma-badge, .ma-box, .ma-tip { --ma-done: var(--pgn-color-success-base, #178253); --ma-late: var(--pgn-color-danger-base, #b32d3a);
  --ma-ink: var(--pgn-color-body-base, #212b36); --ma-brand: var(--pgn-color-primary-base, #0a3055); --ma-line: #d4dae0; --ma-quiet: #56616d; }
#${OUTLINE} :is(a, summary, [aria-expanded]):has(.ma-badge) { position: relative; }
.ma-badge { position: absolute; inset-block: 0; inset-inline-start: 0; inline-size: 1.5rem; display: grid; place-items: center; color: var(--ma-done); }
.ma-badge > svg { inline-size: 1.125rem; block-size: 1.125rem; }
.ma-badge-late { color: var(--ma-late); }
.ma-tip { position: fixed; z-index: 2000; max-inline-size: min(18rem, 90vw); box-sizing: border-box; padding: 0.4rem 0.6rem; border-radius: 0.25rem; background: #212b36; color: #fff;
  font: 400 0.875rem/1.4 system-ui, sans-serif; overflow-wrap: anywhere; }
.ma-tip[hidden] { display: none; }
.ma-tip span { display: block; opacity: 0.85; }
.ma-unseen { position: absolute; inline-size: 1px; block-size: 1px; margin: -1px; padding: 0; border: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.ma-box { color: var(--ma-ink); line-height: 1.5; overflow-wrap: anywhere; }
.ma-box * { box-sizing: border-box; }
.ma-box :where(h2, h3, p, ul) { margin: 0; padding: 0; list-style: none; }
.ma-box h2 { font-size: 1.15rem; margin-block-end: 0.6rem; }
.ma-box h3 { font-size: 1rem; }
.ma-box a { color: var(--pgn-color-link-base, #00688d); text-decoration: underline; }
.ma-box small { color: var(--ma-quiet); font-size: 0.875rem; font-weight: 400; }
.ma-due { display: flex; gap: 0.5rem; align-items: flex-start; font-weight: 600; }
.ma-due > svg { flex: none; inline-size: 1.25rem; block-size: 1.25rem; margin-block-start: 0.12em; color: var(--ma-done); }
.ma-late > svg { color: var(--ma-late); }
.ma-unit-note { margin-block: 0.5rem 1rem; padding: 0.6rem 0.9rem; background: #f0f6fa; border-inline-start: 0.3rem solid var(--ma-done); border-radius: 0.3rem; }
.ma-unit-note:has(> .ma-late) { border-inline-start-color: var(--ma-late); }
.ma-note { white-space: pre-line; margin-block-start: 0.3rem !important; }
.ma-box summary { cursor: pointer; list-style: none; }
.ma-box summary u { color: var(--pgn-color-link-base, #00688d); }
.ma-box details[open] > summary > :is(span, u:first-of-type), .ma-box details:not([open]) > summary > u:last-of-type { display: none; }
.ma-cards { display: grid; gap: 0.75rem; }
.ma-list { margin-block-end: 1.5rem; }
.ma-list > :is(p, ul) + p { margin-block-start: 0.5rem; }
.ma-card { display: grid; gap: 0.35rem; padding: 1rem; background: #fff; border: 1px solid var(--ma-line); border-radius: 0.5rem; }
.ma-card-overdue { --ma-now: var(--ma-late); }
.ma-card-completed { --ma-now: var(--ma-done); }
.ma-card:is(.ma-card-exempt, .ma-card-paused) { --ma-now: #5b4b8a; }
.ma-card-in_progress { --ma-now: #0b5394; }
.ma-card:is(.ma-card-overdue, .ma-card-completed, .ma-card-exempt, .ma-card-paused) { border-inline-start: 0.3rem solid var(--ma-now); }
.ma-standing { display: flex; flex-wrap: wrap; gap: 0.2rem 0.9rem; }
.ma-standing > strong { display: inline-flex; gap: 0.35rem; align-items: center; color: var(--ma-now, var(--ma-quiet)); }
.ma-standing > .ma-standing-frozen { color: var(--pgn-color-link-base, #00688d); }
.ma-box :is(.ma-standing, .ma-hindrance) svg { flex: none; inline-size: 1.25rem; block-size: 1.25rem; }
.ma-hindrance { display: flex; gap: 0.5rem; padding: 0.6rem 0.8rem !important; border-radius: 0.3rem; background: #fff6e0; }
.ma-hindrance > svg { color: #8a5300; }
.ma-measure { display: flex; justify-content: space-between; gap: 0.6rem; color: var(--ma-quiet); font-size: 0.875rem; }
.ma-bar { block-size: 0.6rem; border-radius: 0.3rem; background: #dfe5ea; overflow: hidden; }
.ma-bar > span { display: block; block-size: 100%; background: var(--ma-now, var(--ma-done)); }
.ma-box a.ma-go { justify-self: start; padding: 0.4rem 1rem; border-radius: 0.5rem; background: var(--ma-brand); color: #fff; font-weight: 600; text-decoration: none; }
.ma-box a.ma-go.ma-light { background: none; color: var(--ma-brand); box-shadow: inset 0 0 0 1px; }
.ma-box :is(a, summary):focus-visible { outline: 3px solid #f0a500; outline-offset: 2px; }
@media (forced-colors: active) { .ma-bar > span { background: Highlight; } .ma-tip { border: 1px solid; } }
`;

  /* A sheet made by script is no inline style, so a content security policy lets it be. */
  let styled = false;
  function style() {
    if (styled) return;
    styled = true;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }

  const SVG = "http://www.w3.org/2000/svg";
  const DISC = "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20z";
  const RING = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z";
  const SHIELD = "M12 2.6 20 5.6v6c0 5-3.4 8.4-8 9.8-4.6-1.4-8-4.8-8-9.8v-6z";
  const SNOW = "M12 2.5v19M3.8 7.2l16.4 9.6M20.2 7.2 3.8 16.8M9.4 4.2 12 6.6l2.6-2.4M9.4 19.8l2.6-2.4 2.6 2.4";
  const filled = (d) => ({ d, fill: "currentColor" });
  const drawn = (d, stroke) => ({
    d, fill: "none", stroke: stroke || "currentColor", "stroke-width": "2", "stroke-linecap": "round", "stroke-linejoin": "round",
  });

  /* Each in a shape of its own, so that nobody has to tell them by their colours. */
  const SHAPES = {
    watch: [filled(DISC), drawn("M12 6.5V12l3.8 2.4", "#fff")],
    completed: [filled(DISC), drawn("M7.2 12.4l3.2 3.2 6.4-6.8", "#fff")],
    overdue: [filled("M12 2 23 21.5H1z"), drawn("M12 9v5.5M12 17.8v.1", "#fff")],
    attention: [filled("M12 2 22 12 12 22 2 12z"), drawn("M12 7.5v5M12 16v.1", "#fff")],
    assigned: [drawn(RING)],
    in_progress: [drawn(RING), filled("M12 3a9 9 0 0 1 0 18z")],
    paused: [drawn(RING), drawn("M9.5 8v8M14.5 8v8")],
    exempt: [drawn(SHIELD), drawn("M8 12h8")],
    frozen: [drawn(SNOW)],
  };

  function icon(name) {
    const made = (tag, named, ...inside) => {
      const node = document.createElementNS(SVG, tag);
      Object.entries(named).forEach(([key, value]) => node.setAttribute(key, value));
      node.append(...inside);
      return node;
    };
    const paths = (SHAPES[name] || SHAPES.assigned).map((path) => made("path", path));
    return made("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" }, ...paths);
  }

  /* What a unit wears, or an assignment in its course. */
  const worn = (what) => icon(what.done ? "completed" : what.overdue ? "overdue" : "watch");

  function h(name, named, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(named || {})) if (value) node.setAttribute(key, value);
    node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return node;
  }

  /* The instant of the deadline as the clock on the reader's wall will show it, with its zone. */
  function localInstant(iso) {
    const wanted = { weekday: "short", day: "numeric", month: "short", year: "numeric" };
    const time = { hour: "2-digit", minute: "2-digit", timeZoneName: "short" };
    const at = new Date(iso);
    try {
      return new Intl.DateTimeFormat(document.documentElement.lang || undefined, { ...wanted, ...time }).format(at);
    } catch {
      return new Intl.DateTimeFormat(undefined, { ...wanted, ...time }).format(at);
    }
  }

  function newBadge(badge, kind) {
    const span = h("span", { class: "ma-badge" + (badge.overdue ? " ma-badge-late" : ""), [MARK]: kind }, worn(badge));
    span.append(h("span", { class: "ma-unseen" }, ", " + badge.due_text));
    span.maBadge = badge;
    return span;
  }

  /* ----- the tooltip: one for the page; by pointer, and by the keyboard's focus on the link around the badge ----- */

  const tip = { node: null, of: null, users: 0 };

  function showTip(span) {
    if (tip.of === span) return;
    tip.of = span;
    const { due_text: text, due_at: at, done } = span.maBadge;
    tip.node.replaceChildren(text, ...(done ? [] : [h("span", {}, localInstant(at))]));
    tip.node.hidden = false;
    const box = span.querySelector("svg").getBoundingClientRect();
    const own = tip.node.getBoundingClientRect();
    const above = box.top - own.height - 4;
    const left = Math.min(Math.max(box.left + box.width / 2 - own.width / 2, 8), window.innerWidth - own.width - 8);
    tip.node.style.top = (above > 0 ? above : box.bottom + 4) + "px";
    tip.node.style.left = Math.max(left, 8) + "px";
  }

  function hideTip() {
    tip.of = null;
    if (tip.node) tip.node.hidden = true;
  }

  const badgeAt = (target) => (target instanceof Element ? target.closest("[" + MARK + "]") : null);

  function overTip(event) {
    const span = badgeAt(event.target);
    if (span && span.maBadge) showTip(span);
    else if (tip.of && !tip.node.contains(event.target)) hideTip();
  }

  const FOCUSED = ":is(a, button, summary, [role=button]):focus-visible";

  function focusTip(event) {
    const host = event.target instanceof Element && event.target.matches(FOCUSED) ? event.target : null;
    const span = host && host.querySelector("[" + MARK + "]");
    if (span && span.maBadge) showTip(span);
    else hideTip();
  }

  function escapeTip(event) {
    if (event.key === "Escape") hideTip();
  }

  const TIP_EVENTS = [["pointerover", overTip], ["focusin", focusTip], ["focusout", hideTip], ["keydown", escapeTip]];

  function useTip() {
    tip.users += 1;
    if (tip.users === 1) {
      tip.node = h("div", { class: "ma-tip", "aria-hidden": "true" });
      tip.node.hidden = true;
      document.body.append(tip.node);
      for (const [name, act] of TIP_EVENTS) document.addEventListener(name, act);
      window.addEventListener("scroll", hideTip, true);
    }
    return () => {
      tip.users -= 1;
      if (tip.users) return;
      for (const [name, act] of TIP_EVENTS) document.removeEventListener(name, act);
      window.removeEventListener("scroll", hideTip, true);
      tip.node.remove();
      tip.node = tip.of = null;
    };
  }

  /* ----- the outline beside a unit: badges on links and rows that are not ours, so we add one last child to each.
     It stands in the padding before the title, out of the flow: nothing moves. ----- */

  /* [subsection, unit] that a link of this course leads to; the keys hold characters that may be encoded. */
  function keysOf(link, courseId) {
    try {
      const path = decodeURIComponent(new URL(link.href, window.location.href).pathname);
      const [, course, subsection, unit] = path.match(/\/course\/([^/]+)\/([^/]+)\/([^/]+)\/?$/) || [];
      return course === courseId ? [subsection, unit] : null;
    } catch {
      return null;
    }
  }

  const plain = (text) => text.replace(/\s+/g, " ").trim();

  function titleOf(trigger) {
    const copy = trigger.cloneNode(true);
    for (const node of copy.querySelectorAll(".sr-only, .small, svg, [" + MARK + "]")) node.remove();
    return plain(copy.textContent);
  }

  function sidebar(el, ctx) {
    const live = h("div", { class: "ma-unseen", role: "status" });
    const known = new WeakMap();
    let data = null;
    el.append(live);

    /* Closed rows hold no links: what was seen while they were open tells, else a title that nothing else has. */
    function subsectionOf(row, trigger, rows) {
      for (const link of row.querySelectorAll("a[href]")) {
        const keys = keysOf(link, ctx.courseId);
        if (keys) {
          known.set(row, { key: keys[0], title: titleOf(trigger) });
          return keys[0];
        }
      }
      const title = titleOf(trigger);
      const before = known.get(row);
      if (before && before.title === title) return before.key;
      if (rows.filter((other) => other.title === title).length > 1) return null;
      const heading = row.parentElement.previousElementSibling;
      const section = heading ? plain(heading.textContent) : "";
      const fits = ([, place]) => plain(place.title) === title && (place.unique || section.includes(plain(place.section)));
      const found = Object.entries(data.places || {}).filter(fits);
      return found.length === 1 ? found[0][0] : null;
    }

    function wanted(root) {
      const hosts = new Map();
      for (const link of root.querySelectorAll("a[href]")) {
        const keys = keysOf(link, ctx.courseId);
        if (keys && data.blocks[keys[1]]) hosts.set(link, data.blocks[keys[1]]);
      }
      const rows = [];
      for (const row of root.children) {
        const trigger = row.querySelector("[aria-expanded], .collapsible-trigger, summary");
        if (trigger) rows.push({ row, trigger, title: titleOf(trigger) });
      }
      for (const { row, trigger } of rows) {
        const badge = data.blocks[subsectionOf(row, trigger, rows)];
        if (badge) hosts.set(trigger, badge);
      }
      return hosts;
    }

    function decorate() {
      const root = document.getElementById(OUTLINE);
      if (!root || !data) return;
      const hosts = wanted(root);
      for (const span of root.querySelectorAll("[" + MARK + '="row"]')) {
        if (!hosts.has(span.parentElement)) span.remove();
      }
      for (const [host, badge] of hosts) {
        const [first, ...more] = host.querySelectorAll(":scope > [" + MARK + '="row"]');
        for (const span of more) span.remove();
        if (host.querySelector("[" + MARK + '="slot"]')) {
          if (first) first.remove();
        } else if (!first || first.maBadge !== badge) {
          if (first) first.remove();
          host.append(newBadge(badge, "row"));
        } else if (host.lastElementChild !== first) {
          host.append(first);
        }
      }
      if (tip.of && !tip.of.isConnected) hideTip();
      observer.takeRecords();
    }

    function tell(fresh) {
      const before = data;
      data = fresh;
      decorate();
      if (before) announce(before.blocks, fresh.blocks);
    }

    function announce(before, now) {
      const root = document.getElementById(OUTLINE);
      for (const link of root ? root.querySelectorAll("a[href]") : []) {
        const [, key] = keysOf(link, ctx.courseId) || [];
        const finished = now[key] && now[key].done && before[key] && !before[key].done;
        if (finished) live.textContent = titleOf(link) + ": " + now[key].due_text;
      }
    }

    const observer = new MutationObserver(() => attempt(decorate));
    observer.observe(document.body, {
      childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["href", "aria-expanded"],
    });
    const drop = useTip();
    const leave = badgesOf(ctx).subscribe(tell);
    return () => {
      observer.disconnect();
      leave();
      drop();
      for (const span of document.querySelectorAll("[" + MARK + '="row"]')) span.remove();
      live.remove();
    };
  }

  /* In a slot inside the outline's own link, where the front end has one. */
  function sidebarUnit(el, ctx) {
    const drop = useTip();
    const leave = badgesOf(ctx).subscribe((data) => {
      const badge = data.blocks[ctx.unitId];
      el.replaceChildren(...(badge ? [newBadge(badge, "slot")] : []));
    });
    return () => {
      leave();
      drop();
      el.replaceChildren();
    };
  }

  /* ----- what has a place of its own ----- */

  function dueLine(what, at) {
    const text = h("span", {}, what.due_text);
    if (at && !what.done) text.append(" ", h("small", {}, localInstant(at)));
    return h("p", { class: "ma-due" + (what.overdue ? " ma-late" : "") }, worn(what), text);
  }

  function noteOf(note, words, named) {
    const from = note.assigned_by ? words.note_from.replace("%(name)s", () => note.assigned_by) : words.note;
    const head = h("p", {}, h("small", { dir: "auto" }, named ? from + " – " + note.training : from));
    const text = h("p", { class: "ma-note", dir: "auto" }, note.note);
    if (note.note.length <= 300 && note.note.split("\n").length <= 6) return [head, text];
    const start = h("span", {}, plain(note.note).slice(0, 150) + "… ");
    return [head, h("details", {}, h("summary", {}, start, h("u", {}, words.more), h("u", {}, words.less)), text)];
  }

  function unitNote(el, ctx) {
    return shown(el, badgesOf(ctx), (data) => {
      const badge = data.note_surface === "slot" ? data.blocks[ctx.unitId] : null;
      if (!badge) return null;
      const notes = data.notes.filter((note) => badge.assignments.includes(note.assignment));
      const unnamed = badge.training && !notes.some((note) => note.training === badge.training);
      return h(
        "aside", { class: "ma-box ma-unit-note", "aria-label": data.words.one }, dueLine(badge, badge.due_at),
        unnamed ? h("p", {}, h("small", { dir: "auto" }, badge.training)) : null,
        badge.frozen ? h("p", {}, data.words.frozen) : null,
        ...notes.flatMap((note) => noteOf(note, data.words, Boolean(badge.training)))
      );
    });
  }

  function bar(each) {
    if (each.percent === null) return null;
    const part = h("span", {});
    part.style.inlineSize = each.percent + "%";
    return h(
      "div",
      {
        class: "ma-bar", role: "progressbar", "aria-label": each.progress_label, "aria-valuenow": String(each.percent),
        "aria-valuemin": "0", "aria-valuemax": "100",
      },
      part
    );
  }

  const linked = (each) => h("h3", {}, h("a", { href: each.url, dir: "auto" }, each.title));

  function list(title, cards, links) {
    const heading = h("h2", {}, title);
    return h(
      "section", { class: "ma-box ma-list", "aria-label": title }, heading,
      cards.length ? h("ul", { class: "ma-cards" }, ...cards.map((card) => h("li", {}, card))) : null,
      ...links.map((link) => h("p", {}, h("a", { href: link.url }, link.text)))
    );
  }

  function courseHome(el, ctx) {
    return shown(el, badgesOf(ctx), (data) => {
      if (!data.assignments.length) return null;
      const cards = data.assignments.map((each) =>
        h("article", { class: "ma-card" + (each.overdue ? " ma-card-overdue" : "") }, linked(each), dueLine(each), bar(each))
      );
      return list(data.words.here, cards, []);
    });
  }

  const standing = (name, text) => h("strong", { class: "ma-standing-" + name }, icon(name), h("span", {}, text));

  function dashboard(el, ctx) {
    return shown(el, sourceOf(ctx, "dashboard/"), (data) => {
      if (!data.assignments.length && !data.links.length) return null;
      const cards = data.assignments.map((each) =>
        h(
          "article", { class: "ma-card ma-card-" + each.status }, linked(each),
          h("p", { class: "ma-standing" }, standing(each.status, each.status_text), each.frozen_text ? standing("frozen", each.frozen_text) : null),
          h("p", {}, each.due_text),
          h("p", { class: "ma-measure" }, each.units_text, each.percent === null ? null : h("span", {}, each.percent + " %")),
          bar(each),
          each.hindrance ? h("p", { class: "ma-hindrance" }, icon("attention"), h("span", {}, each.hindrance)) : null,
          each.continue_url
            ? h("a", { class: "ma-go" + (each.frozen_text || each.hindrance ? " ma-light" : ""), href: each.continue_url }, each.continue_text, h("span", { class: "ma-unseen" }, " " + each.title))
            : null
        )
      );
      return list(data.title, cards, data.links);
    });
  }

  function header(el, ctx) {
    return shown(el, sourceOf(ctx, "links/"), (data) =>
      data.links.length ? h("span", {}, ...data.links.map((link) => h("a", { class: "nav-link", href: link.url }, link.text))) : null
    );
  }

  function shown(el, source, build) {
    const leave = source.subscribe((data) => {
      const open = [...el.querySelectorAll("details")].map((each) => each.open);
      el.replaceChildren(...[build(data)].filter(Boolean));
      [...el.querySelectorAll("details")].forEach((each, index) => { each.open = Boolean(open[index]); });
    });
    return () => {
      leave();
      el.replaceChildren();
    };
  }

  /* ----- the way in ----- */

  const SURFACES = {
    sidebar, "sidebar-unit": sidebarUnit, "unit-note": unitNote, "course-home": courseHome, dashboard, header,
  };
  const mounted = new WeakMap();

  function mount(el, ctx) {
    const begin = el && ctx && Object.hasOwn(SURFACES, ctx.surface) ? SURFACES[ctx.surface] : null;
    if (!begin) return () => {};
    if (mounted.has(el)) mounted.get(el)();
    let end = attempt(() => {
      style();
      return begin(el, ctx);
    });
    const unmount = () => {
      if (mounted.get(el) === unmount) mounted.delete(el);
      if (end) attempt(end);
      end = null;
    };
    mounted.set(el, unmount);
    return unmount;
  }

  function refresh() {
    for (const source of sources.values()) source.refresh();
  }

  window.MandatoryAssignments = { version: VERSION, mount, refresh };
})();
