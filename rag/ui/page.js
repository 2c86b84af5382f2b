// What the browser does by itself: marks, hints, keys, copying, light and dark.
() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const narrow = () => window.matchMedia("(max-width: 799px)").matches;

  // Following a citation shows its article and puts the quoted words in view.
  const goTo = (mark) => {
    const pane = mark.closest(".block.pane");
    all("mark.current", pane).forEach((other) => other.classList.remove("current"));
    choose(pane, mark.closest(".source"));
    mark.classList.add("current");
    mark.dataset.seen = "yes";
    mark.tabIndex = -1;
    mark.focus({ preventScroll: true });
    mark.scrollIntoView({ block: "center" });
    document.body.classList.add("away");
  };
  const arrive = (article) => {
    if (!narrow()) return;
    article.scrollIntoView({ block: "start" });
    document.body.classList.add("away");
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
    document.body.classList.remove("away");
    if (!origin || !origin.isConnected) return;
    origin.focus();
    if (narrow()) origin.scrollIntoView({ block: "center" });
  };

  window.footnote = {
    origin: null, // the link that was followed last, to which Esc goes back
    turnSeen: null, // the question that was put in view last
    // What is open already needs no fetching; an article that is drawn alike is not drawn anew.
    show(link) {
      const place = `${link.dataset.article}:${link.dataset.start || ""}`;
      const open = all(".block.pane [data-place]", link.closest("[role=tabpanel]") || document)
        .find((section) => section.dataset.place === place);
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
    toggleTheme() {
      const dark = document.body.classList.toggle("dark");
      localStorage.setItem("footnote-theme", dark ? "dark" : "light");
    },
    clear() {
      hideHint();
      window.footnote.origin = window.footnote.turnSeen = null;
      history.replaceState(null, "", location.pathname);
      document.querySelector("#question textarea")?.focus();
    },
  };

  const theme = localStorage.getItem("footnote-theme");
  if (theme) document.body.classList.toggle("dark", theme === "dark");

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
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button.tool");
    if (!button) return;
    if (button.dataset.copy) copied(button, button.dataset.copy);
    if (button.dataset.link) copied(button, location.origin + location.pathname + button.dataset.link);
    if (button.dataset.shows) {
      const pane = button.closest(".block.pane");
      choose(pane, all(".source", pane).find((s) => s.dataset.source === button.dataset.shows));
    }
    if (button.classList.contains("back")) back();
  });

  document.addEventListener("keydown", (event) => {
    const here = document.activeElement;
    const writes = here.matches("input, textarea, select, [contenteditable]");
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step && here.matches("a[data-cite]")) {
      const links = all("#turns a[data-cite]");
      const next = links[links.indexOf(here) + step];
      if (next) next.focus();
      event.preventDefault();
    } else if (step && here.matches("[role=tab]")) {
      const tabs = all("[role=tab]", here.closest("[role=tablist]"));
      const next = tabs[(tabs.indexOf(here) + step + tabs.length) % tabs.length];
      next.focus();
      next.click();
      event.preventDefault();
    } else if (event.key === "Escape") {
      hideHint();
      if (here.closest(".block.pane")) back();
      else if (here.closest("#asking")) document.querySelector("#stop:not([disabled])")?.click();
    } else if (event.key === "/" && !writes) {
      const question = document.querySelector("#question textarea");
      if (question?.offsetParent) {
        question.focus();
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
      label(pane, "region", "Article");
      pane.tabIndex = 0;
    });
    if (hinted && !hinted.isConnected) hideHint();
    all("#answer .turn[data-again]:not([data-seen])").forEach((turn) => {
      turn.dataset.seen = "yes";
      const question = document.querySelector("#question textarea");
      if (!question || question.value) return; // something else is being asked already
      question.value = turn.dataset.again;
      question.dispatchEvent(new Event("input", { bubbles: true }));
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
    // In a narrow window an article opens below what led to it.
    all(".block.pane:not(#evidence) article:not([data-seen])").forEach((article) => {
      article.dataset.seen = "yes";
      if (!article.querySelector("mark.current")) arrive(article);
    });
    all("#saved a[download]").forEach((link) => {
      link.click();
      link.remove();
    });
    const done = document.querySelector("#answer .turn:not([aria-busy]) [data-link]");
    if (done && location.search !== done.dataset.link) {
      history.replaceState(null, "", done.dataset.link);
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
  settle();
}
