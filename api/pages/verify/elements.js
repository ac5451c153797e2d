// Making elements: texts are always put in as text, whatever they hold.

/** @param {string} tag @param {object} attributes @param {...(Node | string)} children @returns {HTMLElement} */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) {
      made.setAttribute(name, "");
    } else if (value !== false && value !== null) {
      made.setAttribute(name, String(value));
    }
  }
  made.append(...children.map((child) => (typeof child === "string" ? inert(child) : child)));
  return made;
}

/** Characters that cannot be seen, or that turn the direction of a text, are shown as what they are. */
export function inert(text) {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu, (character) =>
    character === "\n" ? " " : `\\u{${character.codePointAt(0).toString(16)}}`,
  );
}

/** One of the page's pictures; `words` is what it says, "" where the text beside it says the same. */
export function icon(name, words, size = 24) {
  return element("img", { src: `verify/icons/${name}.svg`, alt: words, width: size, height: size });
}
