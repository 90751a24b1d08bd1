// What the browser says about a passkey goes into a hidden field of an ordinary form.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const field = form.elements.passkey;
  if (!field) return;
  event.preventDefault();
  const say = (words) => {
    const place = form.querySelector("[role=alert]");
    place.textContent = words;
    place.hidden = false;
  };
  const reader = window.PublicKeyCredential;
  if (!reader || !reader.parseRequestOptionsFromJSON) return say(field.dataset.unable);
  try {
    const headers = { "X-CSRFToken": form.elements.csrf_token.value };
    const answer = await fetch(field.dataset.question, { method: "POST", headers });
    if (!answer.ok) return form.submit(); // the page that comes says what is needed first
    const question = await answer.json();
    const credential = question.user
      ? await navigator.credentials.create({ publicKey: reader.parseCreationOptionsFromJSON(question) })
      : await navigator.credentials.get({ publicKey: reader.parseRequestOptionsFromJSON(question) });
    field.value = JSON.stringify(credential);
    form.submit();
  } catch (trouble) {
    say(field.getAttribute("data-" + trouble.name) || field.dataset.refused);
  }
});
