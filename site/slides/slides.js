// The settings of MathJax, which reads this object when it loads.
window.MathJax = {
  tex: { inlineMath: [["$", "$"]], displayMath: [["$$", "$$"]] },
  svg: { displayAlign: "left" },
  options: { enableMenu: false },
  startup: {
    async pageReady() {
      await MathJax.startup.defaultPageReady();
      // The window with the speaker notes lacks the style sheet that hides the formulas'
      // second version, which is for screen readers, and would show both.
      document.querySelectorAll("aside.notes mjx-assistive-mml").forEach((mml) => mml.remove());
    },
  },
};

function startSlides() {
  Reveal.initialize({
    // A window of 1280 x 800 shows a slide at its true size; others scale it as a whole.
    width: 1280,
    height: 800,
    margin: 0,
    center: false,
    display: "flex",
    transition: "none",
    hash: true,
    navigationMode: "linear", // the right arrow alone leads through all slides
    slideNumber: "c/t",
    scrollActivationWidth: null, // slides on a phone too, not one long page
    pdfSeparateFragments: false,
    plugins: [RevealNotes],
  });
}
