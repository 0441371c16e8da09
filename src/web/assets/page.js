// What pages do beyond plain HTML: follow changes, count characters, check what is typed. Without it
// every page works all the same.
"use strict";
(() => {
  const body = document.body;

  // --- Changes: the page asks for itself anew and takes over what is different.
  const busy = () => {
    const at = document.activeElement;
    return at && at.matches("input, select, textarea") && document.getElementById("content").contains(at);
  };
  let waiting = false;
  async function renew() {
    const main = document.getElementById("content");
    const answer = await fetch(location.href, { headers: { "x-purpose": "renew" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const take = (id) => {
      const [old, now] = [document.getElementById(id), page.getElementById(id)];
      if (old && now && old.innerHTML !== now.innerHTML) old.replaceChildren(...now.childNodes);
    };
    take("menu");
    if (!main || !("live" in main.dataset)) return;
    if (busy()) { waiting = true; return; }
    const open = new Set([...main.querySelectorAll("details[open][id]")].map((one) => one.id));
    const ticked = new Set([...main.querySelectorAll("input[type=checkbox]:checked")].map((one) => one.value));
    take("content");
    for (const one of main.querySelectorAll("details[id]")) if (open.has(one.id)) one.open = true;
    for (const one of main.querySelectorAll("input[type=checkbox]")) if (ticked.has(one.value)) one.checked = true;
    dress(main);
  }
  if (body.dataset.liveAt && window.EventSource) {
    const source = new EventSource(body.dataset.liveAt + "?since=" + body.dataset.pulse);
    source.addEventListener("change", () => renew().catch(() => {}));
    addEventListener("pagehide", () => source.close());
    document.addEventListener("focusout", () => setTimeout(() => {
      if (waiting && !busy()) { waiting = false; renew().catch(() => {}); }
    }, 0));
  }

  // --- Characters that are left, as people count them: by code point.
  function count(field) {
    const told = document.getElementById(field.id + "-count");
    if (!told) return;
    const n = [...field.value].length;
    const most = Number(field.dataset.most || 0);
    told.textContent = most ? n + " / " + most : String(n);
    told.classList.toggle("over", most > 0 && n > most);
  }

  // --- Checks: what the server says to what is filled in so far.
  function follow(form) {
    const advice = document.getElementById("advice");
    if (!advice) return;
    let timer = 0, turn = 0;
    const ask = async () => {
      const mine = ++turn;
      const sent = new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (typeof value === "string") sent.append(name, value);
      sent.set("_check", "1");
      const answer = await fetch(form.action || location.href, { method: "POST", body: sent });
      if (mine !== turn) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const now = page.getElementById("advice");
      if (now) advice.replaceChildren(...now.childNodes);
    };
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => ask().catch(() => {}), 600);
    });
  }

  function dress(root) {
    for (const field of root.querySelectorAll("[data-most], textarea")) {
      if (!field.id) continue;
      count(field);
      field.addEventListener("input", () => count(field));
    }
    for (const box of root.querySelectorAll("input[data-all]")) {
      box.hidden = false;
      box.addEventListener("change", () => {
        for (const one of box.closest("form").querySelectorAll("input[name=i]")) one.checked = box.checked;
      });
    }
    for (const select of root.querySelectorAll("select[data-go]")) {
      select.addEventListener("change", () => select.form.requestSubmit());
    }
    for (const button of root.querySelectorAll("button[data-print]")) {
      button.hidden = false;
      button.addEventListener("click", () => print());
    }
    for (const form of root.querySelectorAll("form[data-check]")) follow(form);
  }
  dress(document);
})();
