// The list of documents: ticks, search, order, folders, and files that are dropped on the page.
// `element` and `trigger` are Gradio's. The server draws the list anew whenever documents change;
// what the reader has ticked, typed and folded is kept here and put back.
const all = (selector, within = element) => [...within.querySelectorAll(selector)];
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const linked = new Set(new URLSearchParams(location.search).getAll("documents"));
const kept = {
  usual: !linked.size, // whether a document is ticked that the reader has not touched
  ticks: new Map(), // by id, what the reader has touched
  known: new Set(), // ids of all documents that were listed
  folded: new Set(), // folders
  find: "",
  order: "newest",
  // What was ticked before a conversation or a link came with documents of its own; a new one
  // begins with it. Null where the reader has chosen since.
  before: linked.size ? { usual: true, ticks: new Map() } : null,
};
const rows = () => all("li[data-id]");
const box = (row) => row.querySelector(".tick input");
const ticked = (id) => kept.ticks.get(id) ?? kept.usual;

// The ids that are asked; null where that is every document.
const chosen = () => {
  const ids = [...kept.known].filter(ticked);
  const whole = ids.length === kept.known.size;
  const partial = element.querySelector(".documents[data-partial]");
  return whole && (kept.usual || !partial) ? null : ids;
};
const total = () => Number(element.querySelector(".documents")?.dataset.total || 0);
const said = (ids) => {
  const many = total().toLocaleString("en");
  if (!ids) return total() === 1 ? "It is asked" : `All ${many} are asked`;
  if (!ids.length) return "None is asked: tick one";
  return `${ids.length.toLocaleString("en")} of ${many} ${ids.length === 1 ? "is" : "are"} asked`;
};
const half = (input, on, of) => {
  input.checked = of > 0 && on === of;
  input.indeterminate = on > 0 && on < of;
};
// Beside the question stands of how many documents is asked, where that is not all.
const tellScope = () => {
  const line = document.querySelector("#scope p");
  if (!line) return;
  const ids = chosen();
  const many = `${total().toLocaleString("en")} documents`;
  const text = `Asks ${ids?.length ? ids.length.toLocaleString("en") : "none"} of ${many}`;
  if (line.firstChild.textContent !== text) line.firstChild.textContent = text;
  line.hidden = !ids || ids.length === total();
};
const tell = () => {
  const ids = chosen();
  window.footnoteChosen = ids; // read whenever something is asked
  const status = element.querySelector(".asked-of");
  if (status && status.textContent !== said(ids)) status.textContent = said(ids);
  tellScope();
  const listed = rows().filter((row) => !row.hidden);
  const allBox = element.querySelector(".tick-all");
  if (allBox) half(allBox, listed.filter((row) => box(row).checked).length, listed.length);
  all(".group").forEach((group) => {
    const inside = all("li[data-id]", group).filter((row) => !row.hidden);
    const head = group.querySelector(".tick-group");
    if (head) half(head, inside.filter((row) => box(row).checked).length, inside.length);
  });
};
const tick = (some, on) => {
  kept.before = null;
  some.forEach((row) => {
    box(row).checked = on;
    kept.ticks.set(row.dataset.id, on);
  });
  tell();
};

const tickAs = ({ usual, ticks }) => {
  [kept.usual, kept.ticks] = [usual, ticks];
  rows().forEach((row) => { box(row).checked = ticked(row.dataset.id); });
  tell();
};
// A conversation that is opened again is gone on with as it was asked: of some documents, or of all.
// A new one begins as it was before.
const tickWanted = () => {
  const wanted = window.footnoteWanted;
  if (!wanted || !element.querySelector(".documents")) return;
  window.footnoteWanted = null;
  const before = kept.before || { usual: kept.usual, ticks: kept.ticks };
  kept.before = wanted.as_before ? null : before;
  const ticks = new Map((wanted.documents || []).map((id) => [id, true]));
  tickAs(wanted.as_before ? before : { usual: !wanted.documents, ticks });
};
window.footnoteTick = tickWanted;

const filter = () => {
  const words = plain(kept.find).split(/\s+/).filter(Boolean);
  rows().forEach((row) => {
    const text = words.length ? plain(row.dataset.find) : "";
    row.hidden = !words.every((word) => text.includes(word));
  });
  all(".group").forEach((group) => {
    group.hidden = !group.querySelector("li[data-id]:not([hidden])");
  });
  const nothing = element.querySelector(".nothing[hidden], .nothing[data-ours]");
  if (nothing) {
    nothing.dataset.ours = "yes";
    nothing.hidden = rows().some((row) => !row.hidden);
  }
  const label = element.querySelector(".tick-all + span");
  if (label) label.textContent = words.length ? "All found" : "All";
  tell();
};
const text = (row, name) => row.dataset[name] || "";
const undatedLast = (a, b) => Number(!text(a, "date")) - Number(!text(b, "date"));
const byName = (a, b) => text(a, "name").localeCompare(text(b, "name"), undefined, { numeric: true });
const ORDERS = {
  newest: (a, b) => undatedLast(a, b) || text(b, "date").localeCompare(text(a, "date")) || byName(a, b),
  oldest: (a, b) => undatedLast(a, b) || text(a, "date").localeCompare(text(b, "date")) || byName(a, b),
  name: byName,
  source: (a, b) =>
    Number(!text(a, "source")) - Number(!text(b, "source"))
    || text(a, "source").localeCompare(text(b, "source")) || byName(a, b),
};
const order = () => all(".group ul").forEach((list) => {
  list.append(...[...list.children].sort(ORDERS[kept.order] || ORDERS.newest));
});
const fold = (group) => {
  const closed = kept.folded.has(group.dataset.folder);
  group.querySelector("ul").hidden = closed;
  group.querySelector(".fold")?.setAttribute("aria-expanded", String(!closed));
};

const settle = () => {
  const list = element.querySelector(".documents:not([data-settled])");
  if (!list) return;
  list.dataset.settled = "yes";
  const { partial, others } = list.dataset;
  if (partial === undefined || others) kept.known.clear();
  (others || "").split(" ").filter(Boolean).forEach((id) => {
    if (linked.has(id) && !kept.ticks.has(id)) kept.ticks.set(id, true);
    kept.known.add(id);
  });
  rows().forEach((row) => {
    const { id, path } = row.dataset;
    if (!kept.known.has(id) && (linked.has(id) || linked.has(path))) kept.ticks.set(id, true);
    kept.known.add(id);
    box(row).checked = ticked(id);
  });
  all(".group[data-folder]").forEach(fold);
  const find = list.querySelector(".find");
  if (find) {
    find.value = kept.find;
    if (kept.finding) find.focus();
    list.querySelector(".order").value = kept.order;
  }
  order();
  filter();
  tickWanted();
};

// What was told when a document was added is no longer so once it is removed.
const forget = (path) => document.querySelectorAll("#adding-progress .done b").forEach((name) => {
  if (name.textContent === path) name.parentElement.remove();
});

let waiting = 0;
element.addEventListener("input", (event) => {
  if (!event.target.matches(".find")) return;
  event.stopPropagation();
  kept.find = event.target.value;
  filter();
  // Of a folder of many thousands not all are listed: the server looks for the others.
  if (!element.querySelector(".documents[data-partial]")) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => trigger("submit", { find: kept.find }), 250);
});
element.addEventListener("focusin", (event) => { kept.finding = event.target.matches(".find"); });
element.addEventListener("change", (event) => {
  const input = event.target;
  event.stopPropagation();
  if (input.matches(".order")) {
    kept.order = input.value;
    order();
  } else if (input.matches(".tick-all")) {
    if (!kept.find.trim()) {
      kept.usual = input.checked;
      kept.ticks.clear();
    }
    tick(rows().filter((row) => !row.hidden), input.checked);
  } else if (input.matches(".tick-group")) {
    tick(all("li[data-id]", input.closest(".group")).filter((row) => !row.hidden), input.checked);
  } else if (input.matches(".tick input")) {
    tick([input.closest("li")], input.checked);
  }
});
element.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-article]");
  const button = event.target.closest("button");
  if (link) {
    event.preventDefault();
    if (window.footnote) window.footnote.origin = link;
    if (!window.footnote?.show?.(link)) trigger("select", { ...link.dataset });
  } else if (button?.matches(".fold")) {
    const group = button.closest(".group");
    const name = group.dataset.folder;
    if (!kept.folded.delete(name)) kept.folded.add(name);
    fold(group);
  } else if (button?.dataset.remove) {
    button.disabled = true;
    kept.known.delete(button.dataset.remove);
    forget(button.closest("li").dataset.path);
    trigger("delete", { article: button.dataset.remove });
  } else if (button && "dismiss" in button.dataset) {
    trigger("undo", { dismiss: true }); // what was removed can be brought back from the list below
  } else if (button && "undo" in button.dataset) {
    button.disabled = true;
    trigger("undo", {});
  } else if (button?.dataset.back) {
    button.disabled = true;
    trigger("undo", { back: button.dataset.back }); // Gradio takes a "path" for a file
  }
});

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-ask-all]")) return;
  kept.before = null;
  tickAs({ usual: true, ticks: new Map() });
  document.querySelector("#question textarea")?.focus();
});

// A file that was not read cannot be cited: what an answer says of it leads to its line here.
const point = (line) => {
  window.footnote.openShelf("documents");
  window.footnote.openPane("sources");
  line.closest("details").open = true;
  all(".pointed").forEach((other) => other.classList.remove("pointed"));
  line.classList.add("pointed");
  line.tabIndex = -1;
  line.focus({ preventScroll: true });
  line.scrollIntoView({ block: "center" });
};
const lineOf = (said) => {
  const named = all(".unread:not(.removed) li").filter((line) => {
    const path = line.querySelector(".path").textContent;
    return said.startsWith(`${path} `);
  });
  return named[0] || (/^[\d,]+ files? (was|were) not read/.test(said) && element.querySelector(".unread:not(.removed) summary"));
};
const leadToUnread = () => {
  document.querySelectorAll("#turns .turn:not([aria-busy]) .statement:not([data-unread])").forEach((statement) => {
    const said = statement.querySelector("p")?.textContent.trim() || "";
    statement.dataset.unread = "";
    if (statement.querySelector("a[data-cite]") || !lineOf(said)) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "tool pin";
    button.textContent = "Show in the list";
    button.addEventListener("click", () => {
      window.footnote.origin = button;
      const line = lineOf(said);
      if (line) point(line);
    });
    (statement.querySelector(".sources") || statement).append(button);
  });
};
let looks = false;
new MutationObserver(() => {
  if (looks) return;
  looks = true;
  requestAnimationFrame(() => {
    looks = false;
    if (!element.querySelector(".documents")) return;
    leadToUnread();
    tellScope(); // the question is drawn later than the list
  });
}).observe(document.body, { childList: true, subtree: true });

// Files may be dropped anywhere on the page; they go the way of those that are chosen.
const uploader = () => document.querySelector("#adding input[type=file]");
const holdsFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files") && uploader();
const filesOf = async (entry) => {
  if (entry.isFile) return [await new Promise((done, failed) => entry.file(done, failed))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return found;
    for (const one of some) found.push(...(await filesOf(one)));
  }
};
const mark = (on) => document.body.classList.toggle("dropping", on);
window.addEventListener("dragover", (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  mark(true);
});
window.addEventListener("dragleave", (event) => { if (!event.relatedTarget) mark(false); });
window.addEventListener("drop", async (event) => {
  mark(false);
  if (!holdsFiles(event)) return;
  event.preventDefault();
  const items = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.());
  const plainFiles = [...event.dataTransfer.files];
  const found = items.some((entry) => entry?.isDirectory)
    ? (await Promise.all(items.filter(Boolean).map(filesOf))).flat()
    : plainFiles;
  const carried = new DataTransfer();
  found.filter((file) => !file.name.startsWith(".")).forEach((file) => carried.items.add(file));
  const input = uploader();
  input.files = carried.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

new MutationObserver(settle).observe(element, { childList: true, subtree: true });
settle();
