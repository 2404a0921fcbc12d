// The bands at a box stand out while it is pointed at or has the focus.

const flow = document.querySelector(".flow");

function light(key) {
  flow.classList.toggle("is-lit", Boolean(key));
  for (const band of flow.querySelectorAll(".band")) {
    band.classList.toggle("lit", band.dataset.from === key || band.dataset.to === key);
  }
}

for (const box of flow?.querySelectorAll(".box") ?? []) {
  for (const name of ["pointerenter", "focus"]) box.addEventListener(name, () => light(box.dataset.key));
  for (const name of ["pointerleave", "blur"]) box.addEventListener(name, () => light(""));
}
