// The page for "no network", once the pack says who reads: their school's colour, and their
// ruler. Size, spaces, letters and theme are words on <html> that the style sheet knows.
const { dataset } = document.documentElement;
const { ruler } = document.querySelector('script[data-ruler]').dataset;
const colour = document.createElement('link');
colour.rel = 'stylesheet';

function dress() {
  // Packs of an earlier version hold degrees.
  if (dataset.hue?.startsWith('/hue/') && colour.getAttribute('href') !== dataset.hue) {
    colour.href = dataset.hue;
    document.head.append(colour);
  }
  if (dataset.ruler) {
    import(ruler);
  }
}

new MutationObserver(dress).observe(document.documentElement, { attributeFilter: ['data-hue', 'data-ruler'] });
dress();
