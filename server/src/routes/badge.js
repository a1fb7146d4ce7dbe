// The camera of the page for badges. Without it the code is typed; nothing else is lost.
const form = document.getElementById("badge-form");
const field = document.getElementById("code");
const scan = document.getElementById("scan");
const tiles = [...form.querySelectorAll("input[name=picture]")];
// A camera sees more than is needed: so many pixels are looked at, along the longer side.
const LOOKED_AT = 640;
const PAUSE_MS = 150;
// Nobody is filmed for longer without having asked again.
const FILMED_MS = 60_000;

// What is printed on a badge: nine signs, in capitals, and none that looks like another. Whatever else stands
// behind a `#`, as in the page's own links, is no badge.
const CODE = /^[A-HJKMNP-TV-Z2-9]{9}$/;

/** The code in an address or a square; nothing where there is none. */
function codeIn(text) {
  const code = text.slice(text.lastIndexOf("#") + 1);
  return CODE.test(code) ? code : undefined;
}

// A code that was read is put into the form; it never stands in an address that is sent.
function take(code) {
  field.value = code;
  tiles[0].focus();
}

function fromAddress() {
  const code = codeIn(location.hash);
  if (!code) return;
  take(code);
  history.replaceState(null, "", location.pathname);
}
fromAddress();
addEventListener("hashchange", fromAddress);

// The third picture sends the form, once there is a code; the page says so before.
document.getElementById("at-third").removeAttribute("data-off");
form.addEventListener("change", () => {
  // By its button: browsers of 2021 cannot ask the form itself.
  if (field.value && tiles.filter((tile) => tile.checked).length === 3) form.querySelector("[type=submit]").click();
});

// Browsers show a page again as it was left: whoever comes back finds no tick of the child before, and no code but
// beside a mistake that stands there.
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted && performance.getEntriesByType("navigation")[0]?.type !== "back_forward") return;
  for (const tile of tiles) tile.checked = false;
  if (!document.getElementById("errors")) field.value = "";
});

/** What reads a square from the video: the browser itself where it can. Where it cannot, as
 * on an iPad and in Firefox, the scanner is loaded, and only then. */
async function reader() {
  const kinds = "BarcodeDetector" in globalThis ? await BarcodeDetector.getSupportedFormats() : [];
  if (kinds.includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue;
  }
  const { default: start, read } = await import(document.querySelector("script[data-scanner]").dataset.scanner);
  await start();
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return (video) => {
    const scale = Math.min(1, LOOKED_AT / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    if (canvas.width === 0 || canvas.height === 0) return undefined;
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return read(data, canvas.width, canvas.height);
  };
}

function useCamera() {
  const [button, video, status] = [scan.querySelector("button"), scan.querySelector("video"), scan.querySelector("p")];
  let stream = null;
  let timer = 0;
  // Each time that the camera is asked for is a turn of its own: what comes after its end is put off at once.
  let turn = 0;
  /** Every end of filming passes here: a badge, an error, a minute, and a page that nobody sees. */
  const stop = (words) => {
    turn += 1;
    clearTimeout(timer);
    putOff(stream);
    stream = null;
    video.srcObject = null;
    video.hidden = true;
    button.disabled = false;
    status.textContent = words;
  };
  const begin = async () => {
    stop("");
    const mine = turn;
    button.disabled = true;
    timer = setTimeout(() => stop("The camera is off again. Press the button when you hold your badge."), FILMED_MS);
    try {
      const reading = reader();
      reading.catch(() => null);
      const given = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user" } });
      if (mine !== turn) {
        putOff(given);
        return;
      }
      stream = given;
      const look = await reading;
      if (mine !== turn) return;
      video.srcObject = stream;
      video.hidden = false;
      await video.play();
      if (mine !== turn) return;
      status.textContent = "Hold your badge in front of the tablet.";
      while (mine === turn) {
        const found = codeIn((await look(video)) ?? "");
        if (found && mine === turn) {
          stop("Got it. Now tap your three pictures.");
          take(found);
        } else {
          await new Promise((done) => setTimeout(done, PAUSE_MS));
        }
      }
    } catch {
      if (mine === turn) stop("The camera cannot be used. Type the letters under the square.");
    }
  };
  // Who allowed the camera once need not ask for it again: the badge is held up, no more.
  const beginWhereAllowed = () => navigator.permissions?.query({ name: "camera" }).then(({ state }) => {
    if (state === "granted" && !field.value && !button.disabled && !document.hidden) begin();
  }, () => null);
  scan.removeAttribute("data-off");
  button.addEventListener("click", begin);
  const pause = () => button.disabled && stop("");
  addEventListener("pagehide", pause);
  document.addEventListener("visibilitychange", () => (document.hidden ? pause() : beginWhereAllowed()));
  beginWhereAllowed();
}

function putOff(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

if (navigator.mediaDevices) useCamera();
