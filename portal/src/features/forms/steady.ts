/**
 * An error line that goes when its field is left would pull everything below it up, away from under the pointer that is about to click.
 * A field that had an error keeps the room of its line.
 */
const HAD = 'cwHadError';

export function keepPlaces(host: HTMLElement): () => void {
  const look = () => {
    for (const line of host.querySelectorAll<HTMLElement>('.fjs-form-field-error')) {
      const field = line.closest<HTMLElement>('.fjs-form-field');
      if (field === null) continue;
      const margins = getComputedStyle(line);
      const height = line.offsetHeight + (parseFloat(margins.marginTop) || 0) + (parseFloat(margins.marginBottom) || 0);
      field.dataset[HAD] = '';
      field.style.setProperty('--cw-error-space', `${height}px`);
    }
  };
  const observer = new MutationObserver(look);
  observer.observe(host, { childList: true, subtree: true, characterData: true });
  return () => observer.disconnect();
}
