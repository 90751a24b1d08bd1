// What htmx leaves unsaid: when a post does not arrive, say so and keep the page as it is.
for (const trouble of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(trouble, (event) => {
    if (event.detail.requestConfig?.verb === "get") return; // a screen that only looks will look again
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

// A timer counts down here between two looks. It came with the seconds left, so no clock need be right.
document.addEventListener("htmx:load", (event) => {
  for (const timer of event.target.querySelectorAll("[data-left]")) {
    const end = performance.now() + timer.dataset.left * 1000;
    const ticking = setInterval(() => {
      const left = Math.max(0, Math.round((end - performance.now()) / 1000));
      timer.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      if (!left || !timer.isConnected) clearInterval(ticking);
    }, 500);
  }
});
