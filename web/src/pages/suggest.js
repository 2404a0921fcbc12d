// Names suggested below the search fields while somebody types: a combobox as the ARIA Authoring Practices describe it.

const WAIT_MS = 150;
const MOST = 8;

for (const form of document.querySelectorAll("form[data-suggest]")) offerNames(form);

function offerNames(form) {
  const input = form.querySelector("input[type=search]");
  const list = form.appendChild(make("ul", { id: `${input.id}-names`, role: "listbox", "aria-label": form.dataset.names }));
  const told = form.appendChild(make("p", { class: "ds-sr-only", role: "status" }));
  let active = -1;
  let timer = 0;
  let asking = new AbortController();

  list.className = "suggestions";
  list.hidden = true;
  set(input, { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id });

  function close() {
    clearTimeout(timer);
    asking.abort();
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    choose(-1);
  }

  function choose(number) {
    active = number;
    [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === number)));
    if (number < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", list.children[number].id);
    list.children[number]?.scrollIntoView({ block: "nearest" });
  }

  function show(results) {
    list.replaceChildren(...results.map((result, number) => optionOf(result, `${list.id}-${number}`)));
    list.hidden = !results.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    told.textContent = `${form.dataset.names}: ${results.length}`;
    choose(-1);
  }

  async function ask() {
    const words = input.value.trim();
    if (words.length < 2) return close();
    asking.abort();
    asking = new AbortController();
    const address = new URL(form.dataset.suggest, location.href);
    address.searchParams.set("prefix", words);
    address.searchParams.set("limit", MOST);
    try {
      const answer = await fetch(address, { signal: asking.signal });
      show(answer.ok ? (await answer.json()).results : []);
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const count = list.children.length;
    if (event.key === "ArrowDown") choose(active + 1 < count ? active + 1 : -1);
    else if (event.key === "ArrowUp") choose(active < 0 ? count - 1 : active - 1);
    else if (event.key === "Enter" && active >= 0) location.assign(list.children[active].dataset.address);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", close);
  form.addEventListener("submit", close);
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.address);
  });
}

function optionOf(result, id) {
  const option = make("li", { id, role: "option", "aria-selected": "false", "data-address": result.links.page });
  const name = option.appendChild(make("span", result.language ? { lang: result.language } : {}));
  name.textContent = result.label;
  const kind = option.appendChild(make("span", { class: "quiet" }));
  kind.textContent = ` ${[result.notation, result.kind.label].filter(Boolean).join(" · ")}`;
  return option;
}

function make(name, attributes) {
  return set(document.createElement(name), attributes);
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
