// The words that readers see: the same catalogue as the Python side's (src/kejian/catalogue.py).
import en from "../../src/kejian/locale/en/ui.json" with { type: "json" };
import zh from "../../src/kejian/locale/zh_CN/ui.json" with { type: "json" };

export type TextName = keyof typeof zh;
export type Say = (name: TextName, values?: Record<string, string | number>) => string;

/** The words for a language tag such as `zh-CN` or `en`; Chinese unless it is English. */
export function sayIn(language: string): Say {
  return sayFrom(language.toLowerCase().startsWith("en") ? en : zh);
}

/** The words of one catalogue, for those who do not carry all of them along. */
export function sayFrom(texts: Readonly<Record<TextName, string>>): Say {
  return (name, values = {}) =>
    texts[name].replace(/\{(\w+)\}/g, (_, key: string) => String(values[key] ?? `{${key}}`));
}
