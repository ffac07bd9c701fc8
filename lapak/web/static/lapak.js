// Small comforts; every page works without this file.
(() => {
  const $ = (sel, root = document) => root.querySelector(sel);

  // A second press while the first is on its way does nothing. The op id would make it harmless; this makes it quiet.
  document.addEventListener("submit", (e) => {
    const form = e.target;
    if (e.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) return e.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 4000);
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((f) => delete f.dataset.sent));

  // What is wrong comes first: put the focus on the summary of errors.
  $("#salah")?.focus();

  // Drafts: what was typed in a form marked data-draf survives a closed tab. Cleared when the form is sent.
  const memory = (() => { try { return localStorage; } catch { return null; } })();
  document.querySelectorAll("form[data-draf]").forEach((form) => {
    const key = "draf:" + form.dataset.draf;
    const fields = () => [...form.elements].filter((x) => x.name && !/^(op|csrfmiddlewaretoken)$/.test(x.name) && !/file|password|submit|hidden/.test(x.type));
    const kept = memory && JSON.parse(memory.getItem(key) || "null");
    if (kept && !$(".err", form)) {
      let used = 0;
      fields().forEach((x) => {
        if (x.type === "radio" || x.type === "checkbox") return;
        if (x.name in kept && !x.value && kept[x.name]) { x.value = kept[x.name]; used++; }
      });
      const told = $("[data-draf-kata]", form);
      if (used && told) told.hidden = false;
    }
    form.addEventListener("input", () => memory?.setItem(key, JSON.stringify(Object.fromEntries(fields().map((x) => [x.name, x.value])))));
    form.addEventListener("submit", () => memory?.removeItem(key));
  });

  // A chosen photo is shown at once, and made smaller before it goes over a dear line.
  document.querySelectorAll("input[type=file][data-foto]").forEach((input) => {
    input.addEventListener("change", async () => {
      const show = $(input.dataset.foto);
      if (show) show.textContent = "";
      const bag = new DataTransfer();
      for (const file of input.files) {
        let out = file;
        try {
          const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
          const scale = Math.min(1, 1600 / Math.max(bitmap.width, bitmap.height));
          const canvas = document.createElement("canvas");
          canvas.width = Math.round(bitmap.width * scale);
          canvas.height = Math.round(bitmap.height * scale);
          canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
          const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.86));
          if (blob && blob.size < file.size) out = new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
        } catch { /* a file this browser cannot draw goes as it is; the server says what is wrong with it */ }
        bag.items.add(out);
        if (show) {
          const img = new Image();
          img.src = URL.createObjectURL(out);
          img.className = "pic l";
          img.alt = "Foto yang dipilih";
          show.append(img);
        }
      }
      input.files = bag.files;
    });
  });

  // Without a signal: forms wait in the phone (sw.js) and are sent in the order they were pressed.
  const place = $("#antre");
  const worker = navigator.serviceWorker;
  if (!worker) return;
  worker.register("/sw.js");
  const ask = (what) => worker.ready.then((r) => r.active?.postMessage(what));
  worker.addEventListener("message", ({ data }) => {
    if (data.sent) { location.reload(); return; }
    place.textContent = "";
    const add = (kind, words, buttons) => {
      const note = document.createElement("div");
      note.className = "note " + kind;
      const p = document.createElement("p");
      p.textContent = words;
      const row = document.createElement("div");
      row.className = "btns";
      buttons.forEach(([label, act]) => {
        const b = document.createElement(typeof act === "string" ? "a" : "button");
        b.className = "btn sec";
        b.textContent = label;
        if (typeof act === "string") b.href = act; else b.onclick = act;
        row.append(b);
      });
      note.append(p, row);
      place.append(note);
    };
    if (data.waiting) add("warn", data.waiting + " isian menunggu sinyal. Tersimpan di HP, terkirim sendiri saat sinyal kembali.", [["Kirim sekarang", () => ask("send")]]);
    (data.refused || []).forEach((r) => add("bad", "Satu isian tidak diterima, karena halamannya sudah berubah. Buka lagi dan periksa.", [["Buka halamannya", r.from], ["Buang isian ini", () => ask({ drop: r.id })]]));
  });
  ask("list");
  addEventListener("online", () => ask("send"));
})();
