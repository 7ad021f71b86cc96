/** Plays two tones, left and right. Nothing sounds before the user has done something, or while the page is hidden. */

/** @typedef {import("./tones.js").Tones} Tones */

/** The volume of each tone, from 0 to 1: quieter than speech. */
const VOLUME = 0.05;
/** How far apart the tones are, from 0 to 1; at 1, each ear would hear one of them only. */
const APART = 0.8;
/** Time constants in seconds: of a tone that changes, and of one that begins or ends. */
const GLIDE = 0.06;
const FADE = 0.12;

/** @param {AudioContext} context @param {number} side  -1 is left, 1 is right */
function createVoice(context, side) {
  const oscillator = new OscillatorNode(context, { type: "triangle" });
  const gain = new GainNode(context, { gain: 0 });
  const panner = new StereoPannerNode(context, { pan: side * APART });
  oscillator.connect(gain).connect(panner).connect(context.destination);
  oscillator.start();
  return {
    /** @param {number | null} tone  in Hz; null ends it */
    play(tone) {
      if (tone !== null) oscillator.frequency.setTargetAtTime(tone, context.currentTime, GLIDE);
      gain.gain.setTargetAtTime(tone === null ? 0 : VOLUME, context.currentTime, FADE);
    },
  };
}

/** @param {{createContext?: () => AudioContext}} [parts] */
export function createSound({ createContext = () => new AudioContext() } = {}) {
  /** @type {{context: AudioContext, train: ReturnType<typeof createVoice>, test: ReturnType<typeof createVoice>} | null} */
  let player = null;
  /** @type {Tones | null} */
  let wanted = null;
  let hasGesture = false;

  function update() {
    const tones = document.hidden ? null : wanted;
    if (!player && (!tones || !hasGesture)) return;
    if (!player) {
      const context = createContext();
      player = { context, train: createVoice(context, -1), test: createVoice(context, 1) };
    }
    player.train.play(tones?.train ?? null);
    player.test.play(tones?.test ?? null);
    if (document.hidden) void player.context.suspend();
    else if (tones && player.context.state === "suspended") void player.context.resume();
  }

  for (const gesture of ["pointerdown", "keydown"]) {
    document.addEventListener(gesture, () => {
      hasGesture = true;
    });
  }
  document.addEventListener("visibilitychange", update);

  return {
    /** @param {Tones | null} tones  to be heard from now on; null: silence */
    play(tones) {
      if (tones?.train === wanted?.train && tones?.test === wanted?.test && (player || !hasGesture)) return;
      wanted = tones;
      update();
    },
  };
}
