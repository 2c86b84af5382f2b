// What the browser does by itself: marks, hints, keys, copying, light and dark.
() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const narrow = () => window.matchMedia("(max-width: 1099px)").matches;
  const desk = () => document.querySelector("#desk");
  const question = () => document.querySelector("#question textarea");

  // A narrow window shows one pane after another.
  const showPane = (pane) => {
    document.body.dataset.pane = pane;
    all("#panes button").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.pane === pane));
    });
    const mark = document.querySelector("#evidence mark.current");
    if (pane === "evidence" && mark) reveal(toldOf(mark));
  };

  // Back, on a narrow window, leaves a pane or a sheet, and not the page: each that is opened is an
  // entry of the browser's history, which says what lies below it.
  const entry = () => history.state?.footnote || { pane: "middle", depth: 0 };
  const enter = (what) => {
    const { pane, depth } = entry();
    history.pushState({ footnote: { pane, ...what, below: pane, depth: depth + 1 } }, "");
  };
  const keepAddress = (address) => history.replaceState(history.state, "", address);
  const openPane = (pane) => {
    const now = entry();
    showPane(pane);
    if (!narrow() || now.pane === pane) return;
    if (pane === "middle") history.go(-now.depth);
    else if (now.below === pane) history.back();
    else enter({ pane });
  };
  window.addEventListener("popstate", () => {
    if (!entry().sheet) hideSheet();
    showPane(entry().pane);
    settle(); // the address may be that of another question by now
  });

  // The left pane shows one of its lists: documents, conversations or the notebook.
  const openShelf = (name) => {
    document.body.dataset.shelf = name;
    all(".shelves button").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.shelf === name));
    });
  };

  // Puts words in the middle of their pane, of long ones the beginning at its top; what is seen from
  // the top of the document is shown from there. A part that begins just under the head is shown too.
  const reveal = (mark) => {
    const pane = mark.closest(".block.pane");
    const [box, at] = [pane.getBoundingClientRect(), mark.getBoundingClientRect()];
    const head = mark.closest("article")?.querySelector("header")?.offsetHeight || 0;
    const above = Math.max(head + 24, (box.height - at.height) / 2);
    const fits = at.bottom - box.top + pane.scrollTop < box.height - 24;
    pane.scrollTop = fits ? 0 : pane.scrollTop + at.top - box.top - above;
    const hidden = all(".document > *", pane).map((part) => part.getBoundingClientRect())
      .find((part) => part.top < box.top + head && part.bottom > box.top + head);
    const by = hidden ? box.top + head - hidden.top : 0;
    if (!fits && by < above - head - 24) pane.scrollTop -= by;
    const wide = mark.closest(".wide");
    if (!wide) return;
    const [left, right] = [wide.getBoundingClientRect(), mark.closest("td, th")?.getBoundingClientRect()];
    if (right) wide.scrollLeft += right.left - left.left - (left.width - right.width) / 2;
  };
  const marks = () => all("#evidence mark[id^=cite-]")
    .sort((one, other) => one.id.slice(5) - other.id.slice(5));
  // Of a row of a table that is quoted, the cell that answers; it may stand beside the pane.
  const toldOf = (mark) => {
    const pieces = all(`mark.told[data-of="${mark.id.slice(5)}"]`, mark.closest("tr") || mark);
    return pieces[0] || mark;
  };
  const point = (mark) => {
    const pane = mark.closest(".block.pane");
    all("mark.current", pane).forEach((other) => other.classList.remove("current"));
    choose(pane, mark.closest(".source"));
    mark.classList.add("current");
    mark.dataset.seen = "yes";
    mark.tabIndex = -1;
    reveal(toldOf(mark));
    count();
  };
  // Following a citation shows its article and puts the quoted words in view.
  const goTo = (mark) => {
    openPane("evidence");
    point(mark);
    mark.focus({ preventScroll: true });
  };
  const step = (by) => {
    const there = marks();
    if (!there.length) return;
    const at = there.findIndex((mark) => mark.classList.contains("current"));
    goTo(there[(at + by + there.length) % there.length]);
  };
  const count = () => {
    const walker = document.querySelector(".walker");
    const there = marks();
    if (!walker) return;
    walker.hidden = there.length < 2;
    const at = there.findIndex((mark) => mark.classList.contains("current"));
    const said = `Citation ${at + 1} of ${there.length}`;
    const shown = walker.querySelector(".count");
    if (shown.textContent !== said) shown.textContent = said;
  };
  const arrive = (article) => {
    openPane("evidence");
    article.closest(".block.pane").scrollTop = 0;
  };
  const choose = (pane, source) => {
    if (!source) return;
    all(".source", pane).forEach((other) => other.classList.toggle("shown", other === source));
    all("[data-shows]", pane).forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.shows === source.dataset.source));
    });
  };
  const back = () => {
    const origin = window.footnote.origin;
    openPane(origin?.closest("#sources-pane") ? "sources" : "middle");
    if (!origin || !origin.isConnected) return;
    origin.focus();
    if (narrow()) origin.scrollIntoView({ block: "center" });
  };

  // Settings and what is known of the documents lie over the page until they are closed.
  let opener = null;
  const openSheet = (name) => {
    opener = document.activeElement;
    document.body.dataset.sheet = name;
    all("#top, #desk, #panes").forEach((part) => { part.inert = true; });
    if (narrow()) enter({ sheet: name });
    document.querySelector(`#${name} .close`)?.focus();
  };
  const closeSheet = () => {
    hideSheet();
    if (entry().sheet) history.back();
  };
  const hideSheet = () => {
    if (!document.body.dataset.sheet) return;
    delete document.body.dataset.sheet;
    all("#top, #desk, #panes").forEach((part) => { part.inert = false; });
    opener?.focus();
  };

  const write = (text) => {
    const box = question();
    if (!box) return;
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };

  // An edited question takes the place of its turn; those behind it stay in what is kept.
  const revisingSaid = (behind) => {
    if (!behind) return "Its answer will be replaced.";
    if (document.querySelector(".shelves")) {
      return "The conversation up to here goes on as a new one; this one stays under “Conversations”.";
    }
    const more = behind === 1 ? "the question after it" : `the ${behind} questions after it`;
    return `Its answer and ${more} will be gone: this page keeps no conversations.`;
  };
  let revising = null;
  const markReplaced = () => {
    const turns = all("#turns .turn[data-turn]");
    const from = revising === null ? Infinity : revising;
    turns.forEach((turn) => turn.classList.toggle("replaced", Number(turn.dataset.turn) >= from));
    return turns.filter((turn) => Number(turn.dataset.turn) > from).length;
  };
  const revise = (button) => {
    const turn = button.closest(".turn");
    write(button.dataset.edit);
    openPane("middle");
    question()?.focus();
    const said = document.querySelector("#revising p");
    if (!said || !turn || turn.dataset.again !== undefined) return; // it has no answer
    revising = Number(turn.dataset.turn);
    said.firstChild.textContent = `You are editing a question. ${revisingSaid(markReplaced())}`;
    said.hidden = false;
  };
  const endRevision = (text) => {
    if (revising === null) return;
    revising = null;
    document.querySelector("#revising p").hidden = true;
    markReplaced();
    if (text !== undefined) write(text);
  };

  window.footnote = {
    // The turn that the question which is sent takes the place of, -1 for none.
    revised() {
      const turn = revising ?? -1;
      if (question()?.value.trim()) endRevision();
      return turn;
    },
    origin: null, // the link that was followed last, to which Esc goes back
    turnSeen: null, // the question that was put in view last
    openSheet,
    // What is open already needs no fetching; an article that is drawn alike is not drawn anew.
    show(link) {
      const place = `${link.dataset.article}:${link.dataset.start || ""}`;
      const open = all("#evidence [data-place]").find((section) => section.dataset.place === place);
      if (open) {
        const mark = open.querySelector("mark.current");
        if (mark) goTo(mark);
        else arrive(open);
        return true;
      }
      const turn = link.closest("[data-turn]");
      const there = document.querySelector("#evidence [data-turn]");
      if (!link.dataset.cite || !there || there.dataset.turn !== turn?.dataset.turn) return false;
      const mark = there.querySelector(`#cite-${Number(link.dataset.cite)}`);
      if (mark) goTo(mark);
      return Boolean(mark);
    },
    clear() {
      hideHint();
      endRevision();
      window.footnote.origin = window.footnote.turnSeen = null;
      keepAddress(location.pathname);
      openPane("middle");
      question()?.focus();
    },
    openPane,
    openShelf,
  };

  // What was checked stays to be read while its text is mended, marked as of the text before.
  document.addEventListener("input", (event) => {
    if (!event.target.closest("#draft")) return;
    all("#checked .earlier").forEach((earlier) => { earlier.hidden = false; });
  });

  // Light, dark, or as the system: the browser's own setting, kept there.
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const appearance = () => localStorage.getItem("footnote-theme") || "system";
  const paint = () => {
    const wanted = appearance();
    document.body.classList.toggle("dark", wanted === "dark" || (wanted === "system" && dark.matches));
    all("#appearance input").forEach((input) => { input.checked = input.value === wanted; });
  };
  dark.addEventListener("change", paint);
  document.addEventListener("change", (event) => {
    if (event.target.name !== "appearance") return;
    localStorage.setItem("footnote-theme", event.target.value);
    paint();
  });

  // The bars between the panes are dragged, or moved by arrow keys; widths are kept.
  const LIMITS = { left: [220, 480], right: [320, 900] }; // pixels
  const MIDDLE = 440; // pixels that are left to the conversation
  const widths = JSON.parse(localStorage.getItem("footnote-widths") || "{}");
  const widen = (side, width) => {
    const other = document.querySelector(side === "left" ? "#evidence-pane" : "#sources-pane");
    const room = window.innerWidth - MIDDLE - (other?.offsetWidth || 0);
    const [least, most] = LIMITS[side];
    widths[side] = Math.round(Math.max(least, Math.min(width, most, room)));
    desk().style.setProperty(`--${side}`, `${widths[side]}px`);
    const bar = document.querySelector(`.divider[data-side=${side}]`);
    bar?.setAttribute("aria-valuenow", String(widths[side]));
  };
  const width = (side) =>
    document.querySelector(side === "left" ? "#sources-pane" : "#evidence-pane").offsetWidth;
  const keepWidths = () => localStorage.setItem("footnote-widths", JSON.stringify(widths));
  document.addEventListener("pointerdown", (event) => {
    const bar = event.target.closest?.(".divider");
    if (!bar) return;
    const { side } = bar.dataset;
    const [from, was] = [event.clientX, width(side)];
    const move = (to) => widen(side, was + (side === "left" ? 1 : -1) * (to.clientX - from));
    bar.setPointerCapture(event.pointerId);
    bar.addEventListener("pointermove", move);
    bar.addEventListener("pointerup", () => {
      bar.removeEventListener("pointermove", move);
      keepWidths();
    }, { once: true });
    event.preventDefault();
  });

  // A hint beside a citation: its source and its words. All of it is text, none of it markup.
  const hint = document.createElement("div");
  hint.id = "hint";
  hint.setAttribute("role", "tooltip");
  hint.hidden = true;
  hint.append(document.createElement("b"), document.createElement("span"));
  document.body.append(hint);
  let hinted = null;
  const showHint = (link) => {
    hinted = link;
    if (link.title) {
      link.dataset.quote = link.title;
      link.removeAttribute("title");
    }
    hint.firstChild.textContent = link.getAttribute("aria-label");
    hint.lastChild.textContent = link.dataset.quote || "";
    link.setAttribute("aria-describedby", "hint");
    hint.hidden = false;
    const at = link.getBoundingClientRect();
    const size = hint.getBoundingClientRect();
    const below = at.bottom + 6 + size.height < window.innerHeight;
    hint.style.top = `${below ? at.bottom + 6 : Math.max(4, at.top - size.height - 6)}px`;
    hint.style.left = `${Math.max(4, Math.min(at.left, window.innerWidth - size.width - 8))}px`;
  };
  const hideHint = () => {
    hint.hidden = true;
    hint.firstChild.textContent = hint.lastChild.textContent = "";
    hinted = null;
  };
  for (const [on, off] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
    document.addEventListener(on, (event) => {
      const link = event.target.closest?.("a[data-cite]");
      if (link) showHint(link);
    });
    document.addEventListener(off, (event) => {
      if (event.target.closest?.("a[data-cite]")) hideHint();
    });
  }

  const copied = async (button, text) => {
    const said = (button.dataset.said ??= button.textContent);
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      button.textContent = "The browser does not allow copying";
    }
    setTimeout(() => { button.textContent = said; }, 1500);
  };
  // A menu closes with what is chosen in it, with what is done elsewhere, and with Escape.
  const MENUS = "details:is(.saves, .more)[open]";
  const closeMenu = (menu) => {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  };
  document.addEventListener("focusout", (event) => {
    const menu = event.target.closest?.(MENUS);
    if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
  document.addEventListener("click", (event) => {
    const pane = event.target.closest?.("#panes button");
    if (pane) openPane(pane.dataset.pane);
    const shelf = event.target.closest?.(".shelves button");
    if (shelf) openShelf(shelf.dataset.shelf);
    const menu = event.target.closest?.("summary")?.parentElement;
    all(MENUS).filter((other) => other !== menu).forEach(closeMenu);
    if (document.body.dataset.sheet && event.target === document.body) closeSheet();
    const button = event.target.closest?.("button.tool");
    if (!button) return;
    if (button.dataset.step) step(Number(button.dataset.step));
    if (button.dataset.edit) revise(button);
    if ("cancel" in button.dataset) endRevision("");
    if (button.classList.contains("close")) closeSheet();
    if (button.dataset.copy) copied(button, button.dataset.copy);
    if (button.dataset.link) copied(button, location.origin + location.pathname + button.dataset.link);
    if (button.dataset.shows) {
      const pane = button.closest(".block.pane");
      choose(pane, all(".source", pane).find((s) => s.dataset.source === button.dataset.shows));
    }
    if (button.classList.contains("back")) back();
  });

  const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  document.addEventListener("keydown", (event) => {
    const here = document.activeElement;
    const writes = here.matches("input, textarea, select, [contenteditable]");
    const by = STEPS[event.key];
    const menu = here.closest(MENUS);
    const asked = all("#turns [data-edit]").at(-1);
    if (by && event.altKey && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      step(by);
      event.preventDefault();
    } else if (by && here.matches("a[data-cite]")) {
      const links = all("#turns a[data-cite]");
      const next = links[links.indexOf(here) + by];
      if (next) next.focus();
      event.preventDefault();
    } else if (by && here.matches("[role=tab]")) {
      const tabs = all("[role=tab]", here.closest("[role=tablist]"));
      const next = tabs[(tabs.indexOf(here) + by + tabs.length) % tabs.length];
      next.focus();
      next.click();
      event.preventDefault();
    } else if (by && menu) {
      const items = all("summary, button", menu);
      items[(items.indexOf(here) + by + items.length) % items.length].focus();
      event.preventDefault();
    } else if (by && here.matches(".divider")) {
      const { side } = here.dataset;
      widen(side, width(side) + (side === "left" ? by : -by) * 16);
      keepWidths();
      event.preventDefault();
    } else if (event.key === "ArrowUp" && here === question() && !here.value && asked) {
      revise(asked); // the last question, to be asked in other words
      event.preventDefault();
    } else if (event.key === "Escape") {
      hideHint();
      if (menu) closeMenu(menu);
      else if (document.body.dataset.sheet) closeSheet();
      else if (here.closest(".block.pane")) back();
      else if (here.closest("#asking") && revising !== null) endRevision("");
      else if (here.closest("#asking")) document.querySelector("#stop:not([disabled])")?.click();
    } else if (event.key === "/" && !writes && !document.body.dataset.sheet) {
      openPane("middle");
      if (question()?.offsetParent) {
        question().focus();
        event.preventDefault();
      }
    }
  });

  // What is drawn anew is looked after once it stands.
  const label = (element, role, name) => {
    if (element.getAttribute("role") === role) return;
    element.setAttribute("role", role);
    element.setAttribute("aria-label", name);
  };
  const settle = () => {
    all(".block.pane").forEach((pane) => {
      label(pane, "region", "Evidence");
      pane.tabIndex = 0;
    });
    if (hinted && !hinted.isConnected) hideHint();
    all("#answer .turn[data-again]:not([data-seen])").forEach((turn) => {
      turn.dataset.seen = "yes";
      if (!question()?.value) write(turn.dataset.again); // else something else is being asked
    });
    all("#turns").forEach((turns) => {
      // A reader of the screen is told of an answer once, when it is whole.
      turns.setAttribute("aria-busy", String(Boolean(turns.querySelector("#answer [aria-busy]"))));
      label(turns, "log", "Conversation");
      turns.tabIndex = 0;
    });
    all("#answer .turn[aria-busy]:not([data-seen])").forEach((turn) => {
      const before = window.footnote.turnSeen;
      turn.dataset.seen = "yes";
      window.footnote.turnSeen = turn.dataset.turn;
      if (before !== turn.dataset.turn && turn.dataset.turn !== "0") turn.scrollIntoView({ block: "start" });
    });
    all(".block.pane mark.current:not([data-seen])").forEach(goTo);
    all(".block.pane article:not([data-seen])").forEach((article) => {
      article.dataset.seen = "yes";
      if (article.closest("[data-place]") && !article.querySelector("mark.current")) arrive(article);
    });
    // The evidence of a new answer stands at its first quote; the reader stays at the answer.
    all("#evidence [data-turn]:not([data-seen])").forEach((evidence) => {
      evidence.dataset.seen = "yes";
      const first = marks()[0];
      if (first && !evidence.querySelector("mark.current")) point(first);
    });
    count();
    all(".sheet").forEach((sheet) => {
      label(sheet, "dialog", sheet.querySelector("h2")?.textContent || "");
      sheet.setAttribute("aria-modal", "true");
    });
    all("#saved a[download]").forEach((link) => {
      link.click();
      link.remove();
    });
    const done = document.querySelector("#answer .turn:not([aria-busy]) [data-link]");
    if (done && location.search !== done.dataset.link) {
      keepAddress(done.dataset.link);
    }
    all("#timeline-plot .js-plotly-plot").forEach((plot) => {
      if (plot.dataset.heard || !plot.on) return;
      plot.dataset.heard = "yes";
      plot.on("plotly_click", (event) => {
        const [article, start, end] = event.points[0].customdata;
        const open = new CustomEvent("footnote:open", { bubbles: true, detail: { article, start, end } });
        document.querySelector("#events ol")?.dispatchEvent(open);
      });
    });
  };
  let waiting = false;
  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      settle();
    });
  }).observe(document.body, { childList: true, subtree: true });
  if (history.state?.footnote) history.replaceState(null, "", location.href); // a reload begins anew
  showPane("middle");
  paint();
  Object.entries(widths).forEach(([side, kept]) => widen(side, kept));
  settle();
}
