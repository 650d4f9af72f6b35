/** The `{% snapshot name %}` blocks of a file, each as long as the file with all else blank, so that offsets are the file's. */
export function snapshotBlocks(text: string): { name: string; code: string }[] {
  return [...text.matchAll(/\{%-?\s*snapshot\s+(\w+)[\s\S]*?(?:\{%-?\s*endsnapshot\s*-?%\}|$)/g)].map((match) => {
    const end = match.index + match[0].length;
    return { name: match[1] ?? '', code: blank(text.slice(0, match.index)) + match[0] + blank(text.slice(end)) };
  });
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}
