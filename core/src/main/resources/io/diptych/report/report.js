// The page is complete without scripts. They add: files of plots, values under a cursor, zoom and
// thumbnails on maps, and, here, a mark at the section that is being read.

function navigation(nav) {
  const links = new Map(all(nav, "a").map(a => [a.hash.slice(1), a]));
  const seen = new IntersectionObserver(entries => {
    for (const entry of entries.filter(one => one.isIntersecting)) {
      const link = links.get(entry.target.getAttribute("aria-labelledby"));
      all(nav, "[aria-current]").forEach(a => a.removeAttribute("aria-current"));
      link.setAttribute("aria-current", "true");
      nav.scrollTo({ left: link.offsetLeft - nav.clientWidth / 3 });
    }
  }, { rootMargin: "-20% 0px -75% 0px" });
  all(document, "main > section").forEach(section => seen.observe(section));
}

all(document, "figure.plot").forEach(exportable);
all(document, ".linked").forEach(link);
all(document, ".maps").forEach(atlas);
all(document, "nav").forEach(navigation);
