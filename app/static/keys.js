// Typing in a sheet: Enter goes on to the next field, as on a till; only the button sends.
const form = document.querySelector(".typing");
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.tagName === "BUTTON") return;
  event.preventDefault();
  const places = [...form.querySelectorAll(".input, .choice input, button")];
  places[places.indexOf(event.target) + 1].focus();
});
