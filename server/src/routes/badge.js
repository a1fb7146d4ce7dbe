// The camera of the page for badges. Without it the code is typed; nothing else is lost.
const form = document.getElementById("badge-form");
const field = document.getElementById("code");
const scan = document.getElementById("scan");
const tiles = [...form.querySelectorAll("input[name=picture]")];

// A code that was read is put into the form; it never stands in an address that is sent.
function take(text) {
  const code = text.slice(text.lastIndexOf("#") + 1);
  if (!code) return;
  field.value = code;
  tiles[0].focus();
}

function fromAddress() {
  if (location.hash.length > 1) {
    take(location.hash);
    history.replaceState(null, "", location.pathname);
  }
}
fromAddress();
addEventListener("hashchange", fromAddress);

// The third picture sends the form, once there is a code.
form.addEventListener("change", () => {
  if (field.value && tiles.filter((tile) => tile.checked).length === 3) form.requestSubmit();
});

if ("BarcodeDetector" in globalThis && navigator.mediaDevices) {
  const [button, video, status] = [scan.querySelector("button"), scan.querySelector("video"), scan.querySelector("p")];
  scan.hidden = false;
  button.addEventListener("click", async () => {
    try {
      const detector = new BarcodeDetector({ formats: ["qr_code"] });
      const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user" } });
      const stop = () => {
        for (const track of stream.getTracks()) track.stop();
        video.hidden = true;
      };
      addEventListener("pagehide", stop, { once: true });
      video.srcObject = stream;
      video.hidden = false;
      await video.play();
      status.textContent = "Hold your badge in front of the tablet.";
      const look = async () => {
        if (video.hidden) return;
        const [found] = await detector.detect(video);
        if (found) {
          stop();
          status.textContent = "Got it. Now tap your three pictures.";
          take(found.rawValue);
        } else {
          setTimeout(look, 150);
        }
      };
      await look();
    } catch {
      status.textContent = "The camera cannot be used. Type the letters under the square.";
    }
  });
}
