// Comforts only: every page works without this script.
"use strict";
{
  const main = document.querySelector("main");
  const heading = main.querySelector("h1");
  const live = main.querySelector("[data-live]");
  const code = main.querySelector("input[autocomplete=one-time-code]");
  const wrong = main.querySelector("[aria-invalid=true]");
  const inputs = main.querySelectorAll("input:not([type=hidden], [type=checkbox])");

  const countDown = (until, show, done) => {
    const left = until - Date.now();
    if (left <= 0) return done();
    show(Math.ceil(left / 1000));
    setTimeout(countDown, left % 1000 || 1000, until, show, done);
  };

  // Focus. Whoever was quicker than this script keeps the place.
  if (document.activeElement === document.body) (wrong ?? heading).focus();
  // Codes are not mended but typed again.
  if (code && code === wrong) code.select();

  // The heading has the focus, yet people type at once: a page's only field takes it.
  heading.addEventListener("keydown", event => {
    const types = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (types && inputs.length === 1) inputs[0].focus();
  });

  // Mails and messengers set codes with spaces, and maxlength would cut off the last digits.
  document.addEventListener("paste", event => {
    if (!code || (event.target instanceof HTMLInputElement && event.target !== code)) return;
    event.preventDefault();
    code.focus();
    code.setRangeText(event.clipboardData.getData("text").replace(/[\s\u200e\u200f]/g, ""), code.selectionStart, code.selectionEnd, "end");
    code.value = code.value.slice(0, code.maxLength);
  });

  // One press, one post. What a press changes is undone when the page comes back.
  let sent = null;
  let undo = [];
  const restore = () => {
    for (const step of undo.reverse()) step();
    sent = null;
    undo = [];
  };

  const later = (delay, run) => {
    const timer = setTimeout(run, delay);
    undo.push(() => clearTimeout(timer));
  };

  const change = (target, property, value) => {
    const before = target[property];
    target[property] = value;
    undo.push(() => { target[property] = before; });
  };

  const showLeaving = template => {
    const { heading: title, text } = template.dataset;
    const paragraph = document.createElement("p");
    paragraph.textContent = text;
    const paragraphs = main.querySelector(".text");
    const old = [...paragraphs.children];
    paragraphs.replaceChildren(paragraph);
    const again = document.createElement("div");
    again.className = "items";
    again.append(template.content.cloneNode(true));
    const items = main.querySelector(".items");
    items.after(again);
    undo.push(() => { paragraphs.replaceChildren(...old); again.remove(); });

    const error = main.dataset.error;
    delete main.dataset.error;
    undo.push(() => { if (error !== undefined) main.dataset.error = error; });
    const page = main.dataset.page;
    main.dataset.page = "S05";
    undo.push(() => { main.dataset.page = page; });

    change(items, "hidden", true);
    change(heading, "textContent", title);
    change(document, "title", title);
    change(live, "textContent", `${title}. ${text}`);
    again.querySelector("button").focus();
  };

  document.addEventListener("submit", event => {
    const { target: form, submitter: button } = event;
    // The button of S05 stands outside of its form: it is there to post once more.
    const again = button && !form.contains(button);
    if (sent === form && !again) return event.preventDefault();
    if (!again) restore();
    sent = form;
    if (!button) return;
    button.setAttribute("aria-busy", "true");
    undo.push(() => button.removeAttribute("aria-busy"));
    const template = form.querySelector("template");
    if (again) return;
    if (template) later(2000, () => showLeaving(template));
    else later(10000, restore);
  });

  addEventListener("pageshow", event => { if (event.persisted) restore(); });

  // Buttons that open later.
  const clock = rest => `${Math.floor(rest / 60)}:${String(rest % 60).padStart(2, "0")}`;
  const seconds = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "second", unitDisplay: "short" });
  for (const button of main.querySelectorAll("[data-available-in]")) {
    const left = document.createElement("span");
    left.className = "left";
    left.ariaHidden = "true";
    button.querySelector("span").append(left);
    button.disabled = true;
    countDown(Date.now() + 1000 * button.dataset.availableIn, rest => { left.textContent = rest < 60 ? seconds.format(rest) : clock(rest); }, () => {
      left.remove();
      button.disabled = false;
      live.textContent = button.textContent.trim();
    });
  }

  // A moment to wait for, by the person's own clock; beside it what is left, which no one wants read out each second.
  for (const time of main.querySelectorAll("time[datetime]")) {
    time.textContent = new Date(time.dateTime).toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit" });
    const left = document.createElement("span");
    left.className = "left";
    left.setAttribute("role", "timer");
    time.before(left);
    countDown(Date.parse(time.dateTime), rest => { left.textContent = clock(rest); }, () => left.remove());
  }

  // The support code.
  const support = main.querySelector("[data-support-code]");
  const copy = main.querySelector(".copy");
  const copyCode = async () => {
    await navigator.clipboard.writeText(support.textContent);
    if (!copy) return;
    copy.classList.add("copied");
    live.textContent = copy.dataset.done;
  };
  if (support && navigator.clipboard) {
    support.addEventListener("click", copyCode);
    copy?.addEventListener("click", copyCode);
    if (copy) copy.hidden = false;
  }
}
