// Following a citation shows its article and puts the quoted words in view.
// Without this the links still jump to the words, as any anchor does.
() => {
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("#answer a[data-cite]");
    if (!link) return;
    event.preventDefault();
    const mark = document.querySelector(`#evidence #cite-${Number(link.dataset.cite)}`);
    if (!mark) return;
    document.querySelectorAll("#evidence .source").forEach((source) => {
      source.classList.toggle("shown", source.contains(mark));
    });
    document.querySelectorAll("#evidence mark.current").forEach((other) => {
      other.classList.remove("current");
    });
    mark.classList.add("current");
    mark.tabIndex = -1;
    mark.focus({ preventScroll: true });
    mark.scrollIntoView({ block: "center" });
  });
}
