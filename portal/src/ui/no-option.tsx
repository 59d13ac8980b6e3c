/** What a list of options says when there is none: a list of options may hold nothing else. */
export function noOption(text: string) {
  return (
    <div role="option" aria-disabled="true" aria-selected="false">
      {text}
    </div>
  );
}
