// What htmx leaves unsaid: when a post does not arrive, say so and keep the page as it is.
for (const trouble of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(trouble, () => {
    const notice = document.createElement("p");
    notice.className = "notice notice-bad";
    notice.textContent = document.body.dataset.notSent;
    document.getElementById("flash").replaceChildren(notice);
    notice.scrollIntoView({ block: "nearest" });
  });
}

// A script that only some pages need comes with the part of the page that needs it.
document.addEventListener("htmx:load", (event) => {
  for (const part of event.target.querySelectorAll("[data-script]")) import(part.dataset.script);
});
