/** `npm run package`: writes the tarball and the VSIX into the checkout and says how large they are. */
import { statSync } from 'node:fs';
import { projectRoot } from '../host/project-root.ts';
import { packAll } from './packages.ts';

const { tarball, vsix } = packAll(projectRoot);
for (const file of [tarball, vsix]) console.log(`${file}  ${Math.ceil(statSync(file).size / 1024)} KB`);
