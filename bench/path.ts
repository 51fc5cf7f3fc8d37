import { wholePath } from "./support/path";
async function main() {
  const which = process.argv[2] ?? "gpb";
  if (which.includes("g")) await wholePath({ gzip: true, buffered: false });
  if (which.includes("p")) await wholePath({ gzip: false, buffered: false });
  if (which.includes("b")) await wholePath({ gzip: true, buffered: true });
}
void main();
