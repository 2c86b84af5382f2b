// The evidence pane: its buttons call back; a page is shown over the text until one goes back.
const pane = () => document.querySelector("#evidence-pane");
// Each request has a number: what comes for an earlier one, or after the reader went elsewhere, is dropped.
const requests = (window.footnoteRequests ??= { latest: 0 });
const ask = (data) => {
  requests.latest += 1;
  if (data.view !== "save") requests.field = data.field || "title"; // what is refused is typed again
  trigger("input", { ...data, request: String(requests.latest) });
};
const isLatest = () => {
  const asked = element.querySelector("[data-request]");
  return Boolean(asked) && Number(asked.dataset.request) === requests.latest;
};
const look = (shown) => {
  if (!shown) requests.latest += 1; // what is still on its way is not wanted any more
  pane()?.classList.toggle("looking", shown);
};
const span = () => {
  const mark = document.querySelector("#evidence .source.shown mark.current[data-quote]");
  const [start, end] = mark ? mark.dataset.quote.split("-") : [];
  return mark ? { start, end } : {};
};
const zoom = (paper, way) => {
  const now = Number(paper.dataset.zoom || 100);
  const next = Math.max(50, Math.min(400, now + (way === "in" ? 50 : -50)));
  window.footnote.pageZoom = next;
  paper.dataset.zoom = String(next);
  paper.style.width = `${next}%`;
};
element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-view], button[data-zoom]");
  const link = event.target.closest("a[data-article]");
  if (link) {
    event.preventDefault();
    look(false);
    window.footnote.origin = link;
    if (!window.footnote.show(link)) trigger("select", { ...link.dataset });
  } else if (button?.dataset.zoom) {
    zoom(element.querySelector(".paper"), button.dataset.zoom);
  } else if (button?.dataset.view === "text") {
    look(false);
  } else if (button) {
    const cited = button.dataset.view === "page" && !button.dataset.start ? span() : {};
    ask({ ...cited, ...button.dataset });
  }
});
// A quote of several pieces, as a row of a table, is one: its other pieces follow the first.
const follow = () => {
  const now = element.querySelector("mark.current")?.id.slice(5);
  element.querySelectorAll("mark[data-of]").forEach((piece) => {
    piece.classList.toggle("now", piece.dataset.of === now);
  });
};
if (element.closest("#evidence")) {
  new MutationObserver(follow).observe(element, { attributeFilter: ["class"], subtree: true });
  // Whoever follows a citation elsewhere on the page wants to see the text.
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("a[data-cite], a[data-article]")) look(false);
  });
}
element.addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = Object.fromEntries(new FormData(event.target));
  ask({ ...typed, view: "save", ofArticle: event.target.dataset.ofArticle });
});
// What comes is shown: a view over the text, a further part of the text in the place of its button.
const fill = () => {
  const part = isLatest() && element.querySelector("[data-fills]");
  const left = part && document.querySelector(
    `#evidence .source.shown [data-left="${part.dataset.fills}"]`,
  );
  if (!left) return;
  const scrolled = left.closest(".block.pane");
  const before = scrolled.scrollHeight - scrolled.scrollTop;
  const rises = part.dataset.fills === "beginning";
  left.replaceWith(...part.childNodes);
  part.remove();
  if (rises) scrolled.scrollTop = scrolled.scrollHeight - before;
};
const isOf = (id) => Boolean(element.closest(`#${id}`));
new MutationObserver(() => {
  if (isOf("evidence-more")) fill();
  else if (isOf("evidence-view")) {
    const shown = Boolean(element.querySelector(".looked-at, .message"));
    if (shown && !isLatest()) return;
    if (shown) look(true);
    const paper = element.querySelector(".paper");
    if (paper && window.footnote.pageZoom) {
      paper.dataset.zoom = window.footnote.pageZoom;
      paper.style.width = `${window.footnote.pageZoom}%`;
    }
    if (shown) {
      pane().querySelector("#evidence-view").scrollTop = 0;
      const field = element.querySelector(`.stating [name=${requests.field}]`);
      (field || element.querySelector("button, .message"))?.focus?.({ preventScroll: true });
    }
  } else {
    look(false);
    follow();
  }
  // Gradio keeps what is the same: of the same view, asked for again, only the number changes.
}).observe(element, { childList: true, subtree: true, attributeFilter: ["data-request"] });
