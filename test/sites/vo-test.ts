import type { Lab } from './lab.ts';
import type { Vo } from './vo.ts';

/** A test with a VO of its own; when it fails, everything that was run and said is shown. */
export function voTest(lab: Lab, name: string, body: (vo: Vo) => Promise<void>): void {
  test(name, async () => {
    const vo = lab.vo();
    try {
      await body(vo);
    } catch (error) {
      console.log(vo.transcript.join('\n'));
      throw error;
    }
  });
}
