/* Everything begins here. */
const store = {
  read(key) { try { return sessionStorage.getItem(key) ?? localStorage.getItem(key); } catch { return null; } },
  write(key, value, lasting = false) { try { (lasting ? localStorage : sessionStorage).setItem(key, value); } catch { /* a browser that keeps nothing */ } },
};
const KEY = `tablewright:${data.title}`;

/** What was chosen outlives a newer page of a report that is served. */
function remember() {
  if (data.refresh) store.write(KEY, JSON.stringify({ list: listState, number: cardState.number, at: scrollY }));
}
function recall() {
  if (!data.refresh) return 0;
  try {
    const kept = JSON.parse(store.read(KEY) ?? "{}");
    Object.assign(listState, kept.list ?? {});
    if (data.tables[kept.number]) cardState.number = kept.number;
    return kept.at ?? 0;
  } catch { return 0; }
}

const THEMES = { auto: "as the system", light: "light", dark: "dark" };
function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  byId("theme").textContent = `Theme: ${THEMES[theme]}`;
  redrawAll();
}
function startTheme() {
  let theme = store.read("tablewright:theme");
  if (!(theme in THEMES)) theme = "auto";
  setTheme(theme);
  byId("theme").addEventListener("click", () => {
    const names = Object.keys(THEMES);
    theme = names[(names.indexOf(theme) + 1) % names.length];
    store.write("tablewright:theme", theme, true);
    setTheme(theme);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
  byId("print").addEventListener("click", () => print());
  addEventListener("beforeprint", () => { document.documentElement.dataset.theme = "light"; document.documentElement.classList.add("printing"); drawPending(); redrawAll(); });
  addEventListener("afterprint", () => { document.documentElement.classList.remove("printing"); setTheme(theme); });
}

function startSections() {
  for (const section of document.querySelectorAll("main > section")) {
    const title = section.querySelector("h2").textContent;
    byId("sections").append(el("li", {}, el("a", { href: `#${section.id}` }, title)));
  }
}

/** A page that is served asks its own server whether there is a newer one. */
function startRefreshing() {
  if (!data.refresh) return;
  let tag = null;
  setInterval(async () => {
    try {
      const answer = await fetch(location.pathname, { method: "HEAD", cache: "no-store" });
      const newest = answer.headers.get("ETag");
      if (tag !== null && newest !== tag) { remember(); location.reload(); }
      tag = newest;
      byId("made").textContent = `Made ${moment(data.when)}, kept fresh`;
    } catch { byId("made").textContent = `Made ${moment(data.when)}; its server has ended`; }
  }, 1000 * data.refresh);
}

const place = recall();
startSections();
startOverview();
startTheme();
startList();
startCards();
startMoney();
startUse();
startChecks();
startAccess();
startRuns();
startRefreshing();
if (place) scrollTo(0, place);
document.documentElement.dataset.ready = "true";
