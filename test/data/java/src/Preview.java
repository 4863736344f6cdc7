void main() {
    int hidden = 1;
    int primitive = switch (hidden) { case int any -> any; };
    IO.println(primitive);
}
