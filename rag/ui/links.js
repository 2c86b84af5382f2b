// Links and buttons of a stretch of HTML call back; `element` and `trigger` are Gradio's.
const follow = (event) => {
  const link = event.target.closest("a[data-cite], a[data-article]");
  const button = event.target.closest("button[data-save], button[data-ask]");
  const both = event.target.closest("button[data-compare]");
  if (link) {
    event.preventDefault();
    const turn = link.closest("[data-turn]");
    window.footnote.origin = link;
    if (!window.footnote.show(link)) {
      trigger("select", { ...link.dataset, ...(turn ? turn.dataset : {}) });
    }
  } else if (button) {
    trigger("input", { ...button.dataset });
  } else if (both) {
    trigger("submit", { ...both.dataset });
  }
};
element.addEventListener("click", follow);
// A point of a plot says by this event which place it stands for.
element.addEventListener("footnote:open", (event) => trigger("select", event.detail));
