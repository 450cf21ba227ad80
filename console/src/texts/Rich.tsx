import { Fragment, type ReactNode } from 'react';
import { t, type TextKey, type Values } from '.';

/** A text with marked parts, `Open <link>the page</link>`, each shown as its tag says; so no sentence is built from pieces. */
export function Rich({ id, values, tags }: { id: TextKey; values?: Values; tags: Record<string, (text: string) => ReactNode> }) {
  const parts = t(id, values).split(/<(\w+)>(.*?)<\/\1>/);
  // Split leaves text, tag, content, text, tag, content, …
  return parts.map((part, index) => {
    if (index % 3 === 1) {
      return null;
    }

    const tag = index % 3 === 2 ? parts[index - 1] : undefined;
    return <Fragment key={index}>{tag === undefined ? part : (tags[tag]?.(part) ?? part)}</Fragment>;
  });
}
