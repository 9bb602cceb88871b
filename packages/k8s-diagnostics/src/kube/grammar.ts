/** Whether a text may stand in a sentence or a patch as a label key, taint key or resource name: `example.com/gpu`. */
export function isQualifiedName(text: string): boolean {
  return /^(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(
    text,
  );
}

/** Whether a text may stand in a patch as the value of a label or taint; an empty one may. */
export function isLabelValue(text: string): boolean {
  return text === "" || /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(text);
}
