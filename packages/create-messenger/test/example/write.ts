import { write } from '../../src/write.ts';
import { exampleFiles, exampleFolder } from './files.ts';

write(exampleFolder, exampleFiles(), { force: true });
