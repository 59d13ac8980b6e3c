// Runs before the first paint, so that a dark page never flashes white. It only reads the stored choice.
(function () {
  var stored = null;
  try {
    stored = localStorage.getItem('casewright.theme');
  } catch {
    stored = null; // storage may be forbidden; the system's choice is used then
  }
  var dark = stored === 'dark' || (stored !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
