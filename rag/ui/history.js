// The list of conversations and the notebook; `element` and `trigger` are Gradio's.
// A menu lies over the list, below its button where there is room.
element.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches(".more") || !menu.open) return;
  menu.classList.remove("up");
  const end = menu.closest(".shelf").getBoundingClientRect().bottom;
  menu.classList.toggle("up", menu.querySelector("div").getBoundingClientRect().bottom > end);
}, true);
// A title becomes a field in its place; Enter or leaving it gives the new title, Esc the old one.
const rename = (button) => {
  const entry = button.closest("li").querySelector(".entry");
  const field = document.createElement("input");
  field.value = button.dataset.title;
  field.maxLength = 120;
  field.setAttribute("aria-label", "Title");
  entry.replaceWith(field);
  let done = false;
  const end = (title) => {
    if (done) return;
    done = true;
    field.replaceWith(entry);
    entry.focus();
    if (title && title !== button.dataset.title) {
      trigger("input", { do: "rename", kept: button.dataset.kept, title });
    }
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") end(field.value.trim());
    if (event.key === "Escape") end("");
    event.stopPropagation();
  });
  field.addEventListener("blur", () => end(field.value.trim()));
  field.focus();
  field.select();
};
// A note becomes a field in its place; leaving it or Ctrl+Enter gives the new note, Esc the old one.
const annotate = (button) => {
  const entry = button.closest("li").querySelector("div");
  const old = entry.querySelector(".own");
  const field = document.createElement("textarea");
  field.value = old?.innerText ?? "";
  field.rows = 3;
  field.setAttribute("aria-label", "Note");
  const before = field.value;
  if (old) old.hidden = true;
  entry.append(field);
  let done = false;
  const end = (note) => {
    if (done) return;
    done = true;
    field.remove();
    if (old) old.hidden = false;
    if (note !== before) trigger("input", { do: "annotate", kept: button.dataset.kept, note });
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) end(field.value.trim());
    if (event.key === "Escape") end(before);
    event.stopPropagation();
  });
  field.addEventListener("blur", () => end(field.value.trim()));
  field.focus();
};
// What cannot be undone is asked again: the button says what it will do, until it is left.
const confirmed = (button) => {
  if (button.classList.contains("sure")) return true;
  const [text, label] = [button.textContent, button.getAttribute("aria-label")];
  button.classList.add("sure");
  button.textContent = "Yes, delete it";
  button.setAttribute("aria-label", `Yes: ${label}`);
  button.addEventListener("blur", () => {
    button.classList.remove("sure");
    button.textContent = text;
    button.setAttribute("aria-label", label);
  }, { once: true });
  button.focus(); // Safari leaves a button without focus that was clicked
  return false;
};
element.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-article]");
  const button = event.target.closest("button[data-do]");
  if (link) {
    event.preventDefault();
    window.footnote.origin = link;
    if (!window.footnote.show(link)) trigger("select", { ...link.dataset });
  } else if (button?.dataset.do === "rename") {
    rename(button);
  } else if (button?.dataset.do === "annotate") {
    annotate(button);
  } else if (button?.dataset.do === "erase" && !confirmed(button)) {
    return;
  } else if (button) {
    if (button.dataset.do === "open" || "reopen" in button.dataset) window.footnote.openPane("middle");
    trigger("input", { ...button.dataset });
  }
});
// Each statement of an answer gets a button that pins it. The notebook may be closed, and then is
// not on the page: a part of its own hears of the button.
if (element.closest("#pinner")) {
  const offer = () => {
    for (const turn of document.querySelectorAll("#turns .turn:not([aria-busy])")) {
      [...turn.querySelectorAll(".statement")].forEach((statement, at) => {
        if (statement.querySelector(".pin")) return;
        const pin = document.createElement("button");
        pin.type = "button";
        pin.className = "tool pin";
        pin.textContent = "Pin";
        pin.title = "Put this into the notebook";
        pin.setAttribute("aria-label", "Pin this statement");
        pin.addEventListener("click", () => {
          pin.textContent = "Pinned";
          trigger("input", { do: "pin", turn: turn.dataset.turn, at: String(at) });
        });
        (statement.querySelector(".sources") || statement).append(" ", pin);
      });
    }
  };
  // Answers are drawn anew, and their part of the page may come after this one.
  let waits = false;
  new MutationObserver(() => {
    if (waits) return;
    waits = true;
    requestAnimationFrame(() => {
      waits = false;
      offer();
    });
  }).observe(document.body, { childList: true, subtree: true });
}
